import { describe, expect, it } from "vitest";
import { checkTruth } from "../../../chaos/history/check-truth.js";
import type { Claim, HostTruth } from "../../../chaos/history/history.js";
import { OTHER_SHA, SHA } from "./message-texts.js";

const THIRD_SHA = "c".repeat(40);

function findings(
  application: Claim["application"],
  changes: { readonly host?: Partial<HostTruth>; readonly files?: string } = {},
): readonly string[] {
  const { host, files } = changes;
  const sample = {
    ...{ environment: "e1", sha: SHA },
    host: { application: SHA, isOpen: false, files: SHA, ...host },
    claim: { application, files },
  };
  return checkTruth([sample]).map(({ kind, detail }) => `${kind}: ${detail}`);
}

describe("what is said of a host", () => {
  it("is true when it names the release whose restart came to its end", () => {
    expect(findings({ kind: "release", sha: SHA }, { files: SHA })).toEqual([]);
  });

  it("is untrue when it names another release", () => {
    expect(findings({ kind: "release", sha: OTHER_SHA })).toEqual([
      "untrue: the host has seen the restart of aaaaaaa, and bbbbbbb is said to run",
    ]);
  });

  it("may be unknown, or between two releases, while a restart has not come to its end", () => {
    const host = { isOpen: true };

    expect(findings({ kind: "unknown" }, { host })).toEqual([]);
    expect(findings({ kind: "between", from: OTHER_SHA, to: SHA }, { host })).toEqual([]);
    expect(findings({ kind: "between", from: SHA, to: OTHER_SHA }, { host })).toEqual([]);
  });

  it("is untrue when the release is neither of those between which it is said to be", () => {
    const claim = { kind: "between", from: OTHER_SHA, to: THIRD_SHA } as const;

    expect(findings(claim, { host: { isOpen: true } })).toHaveLength(1);
  });

  it("is untrue when it is called unknown though the last restart came to its end", () => {
    expect(findings({ kind: "unknown" })).toEqual([
      "untrue: the host has seen the restart of aaaaaaa to its end, and unknown is said to run",
    ]);
  });

  it("may be unknown where the runner of that restart was killed", () => {
    const host = { application: SHA, isOpen: false, files: SHA };
    const sample = {
      environment: "e1",
      sha: SHA,
      host,
      claim: { application: { kind: "unknown" } },
    } as const;

    expect(checkTruth([sample], new Set([SHA]))).toEqual([]);
  });

  it("is untrue when nothing is said to run after a restart", () => {
    expect(findings({ kind: "nothing" })).toHaveLength(1);
  });

  it("may come from the checkout while no restart was seen", () => {
    const host = { application: undefined };

    expect(findings({ kind: "release", sha: OTHER_SHA }, { host })).toEqual([]);
    expect(findings({ kind: "nothing" }, { host })).toEqual([]);
  });

  it("is untrue when the checkout is at another commit than is said", () => {
    expect(findings({ kind: "release", sha: SHA }, { files: OTHER_SHA })).toEqual([
      "untrue: the checkout is at aaaaaaa, and is said to be at bbbbbbb",
    ]);
  });
});
