import type { Notice, PageState } from "./page-state.js";

export function addNotice(state: PageState, notice: Notice): PageState {
  return { ...state, notices: [...state.notices, notice], sent: state.sent + 1 };
}

export function failNotice(state: PageState, id: number): PageState {
  return {
    ...state,
    notices: state.notices.map((notice) => (notice.id === id ? { ...notice, state: "failed" } : notice)),
  };
}

export function removeNotice(state: PageState, id: number): PageState {
  return { ...state, notices: state.notices.filter((notice) => notice.id !== id) };
}
