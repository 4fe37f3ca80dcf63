import type { PageState } from "./page-state.js";

/** What every part of the page gets: the state, and the only way to change it. */
export interface Page {
  readonly state: PageState;
  /** Changes the state and draws the page once the present turn is over. */
  update(change: (state: PageState) => PageState): void;
}

/** @param draw called at most once per turn */
export function createPage(first: PageState, draw: (page: Page) => void): Page {
  let state = first;
  let drawing = false;
  const page: Page = {
    get state() {
      return state;
    },
    update: (change) => {
      state = change(state);
      if (drawing) return;
      drawing = true;
      queueMicrotask(() => {
        drawing = false;
        draw(page);
      });
    },
  };
  return page;
}
