/** A state of the automaton: the longest end of the text so far that begins a pattern. */
export interface AutomatonState {
  /** The only way on, or one of several. Most states are in the middle of one pattern: a map each would be heavy. */
  unit: number;
  next: AutomatonState | undefined;
  /** The other ways on. */
  others: Map<number, AutomatonState> | undefined;
  /** Length of that beginning, in UTF-16 units. */
  readonly depth: number;
  /** Length of the longest pattern that ends here; 0 when none does. */
  longestMatch: number;
  /** Where to go on when no pattern continues; `undefined` for the start. */
  fallback: AutomatonState | undefined;
}

/** Finds all patterns in one pass (Aho and Corasick, 1975): time grows with the text alone, not with their number. */
export function buildAutomaton(patterns: Iterable<string>): AutomatonState {
  const start = newState(0);
  for (const pattern of patterns) addPattern(start, pattern);
  linkFallbacks(start);
  return start;
}

/** The state after one more UTF-16 unit. */
export function advance(from: AutomatonState, unit: number): AutomatonState {
  let state = from;
  for (;;) {
    const next = follow(state, unit);
    if (next) return next;
    if (!state.fallback) return state;
    state = state.fallback;
  }
}

function newState(depth: number): AutomatonState {
  return { unit: -1, next: undefined, others: undefined, depth, longestMatch: 0, fallback: undefined };
}

function follow(state: AutomatonState, unit: number): AutomatonState | undefined {
  return state.unit === unit ? state.next : state.others?.get(unit);
}

function extend(state: AutomatonState, unit: number): AutomatonState {
  const next = newState(state.depth + 1);
  if (state.next) {
    state.others ??= new Map();
    state.others.set(unit, next);
  } else {
    state.unit = unit;
    state.next = next;
  }
  return next;
}

function waysOn(state: AutomatonState): [number, AutomatonState][] {
  return state.next ? [[state.unit, state.next], ...(state.others ?? [])] : [];
}

function addPattern(start: AutomatonState, pattern: string): void {
  let state = start;
  for (let index = 0; index < pattern.length; index++) {
    const unit = pattern.charCodeAt(index);
    state = follow(state, unit) ?? extend(state, unit);
  }
  state.longestMatch = pattern.length;
}

/** Breadth first, because a fallback is always nearer to the start than its state. */
function linkFallbacks(start: AutomatonState): void {
  let level = [start];
  while (level.length > 0) {
    const deeper: AutomatonState[] = [];
    for (const state of level) {
      for (const [unit, next] of waysOn(state)) {
        next.fallback = state.fallback ? advance(state.fallback, unit) : start;
        next.longestMatch = Math.max(next.longestMatch, next.fallback.longestMatch);
        deeper.push(next);
      }
    }
    level = deeper;
  }
}
