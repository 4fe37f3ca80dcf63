import type { Action, SimpleAction } from "./actions.js";

/** Whether a sequence still shows the same fault. */
export type StillFails = (actions: readonly Action[]) => Promise<boolean>;

/** Leaves out whatever is not needed for the fault: actions first, then what is inside of them. */
export async function reduce(actions: readonly Action[], stillFails: StillFails): Promise<readonly Action[]> {
  let smallest = actions;
  for (;;) {
    const smaller = await once(smallest, stillFails);
    if (smaller === smallest) return smallest;
    smallest = smaller;
  }
}

async function once(actions: readonly Action[], stillFails: StillFails): Promise<readonly Action[]> {
  let smallest = actions;
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length; ) {
      const without = smallest.toSpliced(at, size);
      if (await stillFails(without)) smallest = without;
      else at += size;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    for (const simpler of simplerThan(smallest[at])) {
      const changed = smallest.with(at, simpler);
      if (!(await stillFails(changed))) continue;
      smallest = changed;
      break;
    }
  }
  return smallest;
}

function simplerThan(action: Action | undefined): readonly Action[] {
  switch (action?.type) {
    case "together":
      return [
        ...action.actions,
        ...action.actions.map((_, index) => ({ ...action, actions: action.actions.toSpliced(index, 1) })),
        ...action.actions.flatMap((each, index) =>
          simplerThan(each).map((simpler) => ({
            ...action,
            actions: action.actions.with(index, simpler as SimpleAction),
          })),
        ),
      ];
    case "deliver":
      return [
        ...(action.kill ? [{ ...action, kill: undefined }] : []),
        ...(action.fault ? [{ ...action, fault: undefined }] : []),
        ...(action.meanwhile ? [{ ...action, meanwhile: undefined }] : []),
      ];
    case "deliver-all":
      return action.fault ? [{ ...action, fault: undefined }] : [];
    case "ship":
      return simplerShips(action);
    case "approve":
      return action.kill ? [{ ...action, kill: undefined }] : [];
    default:
      return [];
  }
}

function simplerShips(ship: Extract<Action, { type: "ship" }>): readonly Action[] {
  const { disturbed, rush, fault } = ship;
  const [first, second] = disturbed;
  return [
    ...(first ? [{ ...ship, disturbed: [undefined, second] as const }] : []),
    ...(second ? [{ ...ship, disturbed: [first, undefined] as const }] : []),
    ...(fault ? [{ ...ship, fault: undefined }] : []),
    ...(rush ? [{ ...ship, rush: undefined }] : []),
    ...(rush
      ? simplerThan(rush).flatMap((each) => (each.type === "together" ? { ...ship, rush: each } : []))
      : []),
  ];
}
