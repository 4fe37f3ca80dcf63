import type { Words } from "./words.js";

/** In which state a deployment that did not succeed left a host. */
export const hostStateEn: Words["hostState"] = {
  unchanged: (host, before) =>
    before === undefined ? `**${host}**: not changed.` : `**${host}**: not changed, still runs ${before}.`,
  "files-moved": (host, before, after) =>
    `**${host}**: the checkout is on ${after}${before === after ? ", which ran before" : ""}; the application was not restarted${before === undefined || before === after ? "" : ` and may still run ${before}`}.`,
  restarted: (host, before, after) =>
    `**${host}**: now on ${after}, restarted${before === undefined ? "" : ` (was ${before})`}.`,
  unknown: (host, before, after) =>
    `**${host}**: ${unknown(before, after)}. Check the host before you continue.`,
};

function unknown(before: string | undefined, after: string): string {
  if (before === undefined) return `unknown: on ${after}, or as it was before`;
  return before === after
    ? `on ${after}, as before; whether the step took effect is unknown`
    : `unknown: on ${before} or ${after}`;
}
