import { describe, expect, it } from "vitest";
import { statusFaults } from "../../../chaos/history/status-faults.js";
import { UnknownWordsError } from "../../../chaos/words/message-text.js";
import { readStatusWords, saidOfHost } from "../../../chaos/words/read-status-words.js";
import { linkTo, OTHER_SHA, SHA, statusText } from "./message-texts.js";

const DIFFERENT = "🟠 **Hosts run different releases:**";
const truth = {
  hosts: [
    { name: "web-1", truth: { application: SHA, files: SHA, isOpen: false } },
    { name: "web-2", truth: { application: OTHER_SHA, files: OTHER_SHA, isOpen: false } },
  ],
  ...{ record: () => undefined, mayHaveRun: () => true, isLocked: false, isFrozen: false },
};
const faults = (...lines: readonly string[]) =>
  statusFaults(readStatusWords(statusText(...lines)), truth, new Set());

describe("an answer of /status about several hosts", () => {
  it("is judged host by host, by the lines about each", () => {
    const second = `• web-2: ${linkTo(OTHER_SHA)} Sell less`;

    expect(faults(DIFFERENT, `• web-1: ${linkTo(SHA)} Sell more`, second)).toEqual([]);
    expect(faults(DIFFERENT, "• web-1: nothing runs", second)).toEqual([
      "web-1: the host has seen the restart of aaaaaaa, and nothing is said to run",
    ]);
    expect(faults(DIFFERENT, `• web-1: not known (last certain: ${linkTo(SHA)})`, second)).toEqual([
      "web-1: the host has seen the restart of aaaaaaa to its end, and unknown is said to run",
    ]);
  });

  it("is judged by the line about all of them for a host without one of its own", () => {
    expect(faults(`🟢 ${linkTo(SHA)} Sell more · since <t:1:R>`)).toEqual([
      "web-2: the host has seen the restart of bbbbbbb, and aaaaaaa is said to run",
      "web-2: the checkout is at bbbbbbb, and is said to be at aaaaaaa",
    ]);
  });

  it("takes all that is said of one host together", () => {
    const words = readStatusWords(
      statusText(
        `❔ **Not known what runs**; the last release that ran for certain is ${linkTo(SHA)}`,
        `• web-1: changing from ${linkTo(SHA)} to ${linkTo(OTHER_SHA)}`,
        `⚠️ web-1: checkout moved outside Slipway to ${linkTo(OTHER_SHA)}, noticed <t:1:R>`,
        "⚠️ web-2: did not answer; shown as last recorded",
      ),
    );

    expect(saidOfHost(words, "web-1")).toEqual({
      ...{ host: "web-1", head: OTHER_SHA, isMoved: true },
      runs: { kind: "between", from: SHA, to: OTHER_SHA },
    });
    expect(saidOfHost(words, "web-2")).toEqual({
      ...{ host: "web-2", unanswered: true },
      runs: { kind: "unknown", last: SHA },
    });
  });

  it("cannot be read where hosts differ and nothing is said of one", () => {
    const words = readStatusWords(statusText(DIFFERENT, `• web-1: ${linkTo(SHA)}`));

    expect(() => saidOfHost(words, "web-2")).toThrow(UnknownWordsError);
  });
});
