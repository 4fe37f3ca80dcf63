import type { ProbeReason } from "../../deployments/record.js";
import { inCode, plain } from "./text.js";

const REASON_LENGTH = 200;

/** Part of what a health check found comes from what was asked. */
export function cleanReason(reason: ProbeReason): ProbeReason {
  switch (reason.code) {
    case "text-missing":
      return { ...reason, expected: inCode(reason.expected, REASON_LENGTH) };
    case "no-answer":
      return { ...reason, detail: plain(reason.detail, REASON_LENGTH) };
    default:
      return reason;
  }
}
