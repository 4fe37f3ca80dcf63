import type { DeploymentState } from "../../deployments/record.js";

/** What stands before the headline. */
export const STATE_EMOJI: Readonly<Record<DeploymentState, string>> = {
  "awaiting-approval": "🔐",
  queued: "⏳",
  running: "🚀",
  succeeded: "🎯",
  failed: "❌",
  superseded: "⏭️",
  cancelled: "✋",
  refused: "🚫",
  expired: "⌛",
  void: "⛔",
  indeterminate: "⚠️",
};

const GREY = 0x80848e;
const RED = 0xf23f43;
const YELLOW = 0xf0b232;

/** Discord's own palette; orange, which asks for somebody, stands out of it. */
export const STATE_COLOUR: Readonly<Record<DeploymentState, number>> = {
  "awaiting-approval": 0xe67e22,
  queued: GREY,
  running: 0x5865f2,
  succeeded: 0x23a55a,
  failed: RED,
  superseded: GREY,
  cancelled: GREY,
  refused: RED,
  expired: GREY,
  void: YELLOW,
  indeterminate: YELLOW,
};

/** For a request that goes past a freeze. */
export const ALARM_COLOUR = RED;
