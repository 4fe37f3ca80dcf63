import { createHash } from "node:crypto";
import { type Blindness, type Board, healthOf } from "./board.js";
import { type Turn, withEffect } from "./turn.js";
import type { Watched } from "./watched.js";

/** As long as a suspicion takes to be confirmed, by default: what passes sooner is nobody's concern. Milliseconds. */
const TOLD_AFTER_MS = 30_000;
/** What begins again within this time is told in the same message. Milliseconds. */
const SAME_MS = 600_000;

/** Everything may be down at once: after so long somebody has to look. Milliseconds. */
const CALLED_AFTER_MS = 600_000;

/**
 * Has people told, once, that Slipway itself cannot look, and that it can again. Nobody is alerted for it at first; what
 * lasts calls the roles of those environments once.
 */
export function followBlindness(turn: Turn, at: number): Turn {
  const unseen = [...turn.watch.values()].filter(
    (watched) => healthOf(turn.board, watched).blind !== undefined,
  );
  const blind = unseen.flatMap((watched) => healthOf(turn.board, watched).blind ?? []);
  const { blindness: known } = turn.board;
  const lasts = known !== undefined && known.until === undefined;
  const [first] = blind.toSorted((a, b) => a.since - b.since);
  if (first === undefined) return lasts ? tell(turn, { ...known, until: at }) : turn;
  if (lasts) return callWhereItLasts(noteCount(turn, known, blind.length), unseen, at);
  if (at - first.since < TOLD_AFTER_MS) return turn;
  const { since, code } = first;
  const again = known?.until !== undefined && since - known.until <= SAME_MS ? known : undefined;
  return tell(turn, {
    id: again?.id ?? idOf(since),
    since: again?.since ?? since,
    ...(code !== undefined && { code }),
    environments: Math.max(again?.environments ?? 0, blind.length),
    ...(again?.called && { called: again.called }),
  });
}

/** The message is drawn again when it is over. */
function noteCount(turn: Turn, known: Blindness, count: number): Turn {
  return count <= known.environments ? turn : withBlindness(turn, { ...known, environments: count });
}

function callWhereItLasts(turn: Turn, unseen: readonly Watched[], at: number): Turn {
  const { blindness } = turn.board;
  if (blindness === undefined || blindness.called !== undefined) return turn;
  if (at - blindness.since < CALLED_AFTER_MS) return turn;
  const called = [...new Set(unseen.flatMap(({ monitor }) => monitor.mention))];
  return tell(turn, { ...blindness, called });
}

function tell(turn: Turn, blindness: Blindness): Turn {
  return withEffect(withBlindness(turn, blindness), { kind: "blind", ...blindness });
}

function withBlindness(turn: Turn, blindness: Blindness): Turn {
  const board: Board = { ...turn.board, blindness };
  return { ...turn, board };
}

function idOf(since: number): string {
  return createHash("sha256").update(`blind ${since}`).digest("hex").slice(0, 24);
}
