import type { Notice, PageState } from "./page-state.js";

export function addNotice(state: PageState, notice: Notice): PageState {
  return { ...state, notices: [...state.notices, notice] };
}

export function changeNotice(state: PageState, id: number, change: Partial<Notice>): PageState {
  return {
    ...state,
    notices: state.notices.map((notice) => (notice.id === id ? { ...notice, ...change } : notice)),
  };
}

export function removeNotice(state: PageState, id: number): PageState {
  return { ...state, notices: state.notices.filter((notice) => notice.id !== id) };
}

/** The message of a deferred answer has come: it takes the place of the notice. */
export function finishThinking(state: PageState, interactionId: string): PageState {
  return { ...state, notices: state.notices.filter((notice) => notice.interactionId !== interactionId) };
}
