import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../src/audit/audit-trail.js";
import { canonicalJson } from "../../../src/audit/canonical-json.js";
import { CHAIN_START, type ChainLink, type ChainVerdict, ChainWalk, seal } from "../../../src/audit/chain.js";
import { exportHeader } from "../../../src/audit/export-format.js";
import { verifyExport } from "../../../src/audit/verify-export.js";

const entry: AuditEntry = {
  action: "request",
  actor: { kind: "person", userId: "112233445566778899", userName: "ada" },
  source: "discord",
  target: { project: "shop", environment: "prod" },
  deployment: 7,
  details: { ref: "main\u2028x", forced: false, count: 0 },
};

function chainOf(length: number): { readonly texts: string[]; readonly head: ChainLink } {
  const texts: string[] = [];
  let head = CHAIN_START;
  for (let index = 1; index <= length; index++) {
    const { link, text } = seal(head, { ...entry, id: String(index).padStart(32, "0"), at: 1_000 + index });
    texts.push(text);
    head = link;
  }
  return { texts, head };
}

function walk(texts: readonly string[], head: ChainLink): ChainVerdict {
  const chain = new ChainWalk();
  for (const text of texts) {
    const broken = chain.take(text);
    if (broken !== undefined) return broken;
  }
  return chain.finish(head);
}

const { texts, head } = chainOf(6);
const at = (sequence: number) => texts[sequence - 1] ?? "";
const broken = (sequence: number, reason: string) => ({ kind: "broken", sequence, reason });

describe("the canonical JSON", () => {
  it("is the same for every order of keys", () => {
    expect(canonicalJson({ b: [1, { d: 1, c: "é" }], a: null, e: undefined })).toBe(
      '{"a":null,"b":[1,{"c":"é","d":1}]}',
    );
  });

  it("comes back as the same bytes from any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

describe("a chain", () => {
  it("is intact as it was written", () => {
    expect(walk(texts, head)).toEqual({ kind: "intact", entries: 6, head });
  });

  it("without an entry is intact", () => {
    expect(walk([], CHAIN_START)).toMatchObject({ kind: "intact", entries: 0 });
  });

  it.each([
    ["a changed word", [at(1), at(2).replace("ada", "eve"), ...texts.slice(2)], broken(2, "changed")],
    [
      "a changed hash",
      [at(1), at(2).replace(/"hash":"./, '"hash":"x'), ...texts.slice(2)],
      broken(2, "changed"),
    ],
    ["another spelling", [at(1), at(2).replace(":7", ":7.0"), ...texts.slice(2)], broken(2, "changed")],
    [
      "a key twice",
      [at(1), at(2).replace("{", '{"action":"approval",'), ...texts.slice(2)],
      broken(2, "changed"),
    ],
    ["a missing entry", [...texts.slice(0, 2), ...texts.slice(3)], broken(3, "missing")],
    ["a missing first entry", texts.slice(1), broken(1, "missing")],
    ["two swapped entries", [at(1), at(3), at(2), ...texts.slice(3)], broken(2, "missing")],
    ["an entry twice", [at(1), at(2), at(2), ...texts.slice(2)], broken(3, "out-of-order")],
    ["something else", [at(1), "{}", ...texts.slice(1)], broken(2, "unreadable")],
    ["a cut end", texts.slice(0, 4), broken(5, "truncated")],
    ["an empty log", [], broken(1, "truncated")],
  ])("with %s is broken there", (_what, changed, verdict) => {
    expect(walk(changed, head)).toEqual(verdict);
  });

  it("with an entry after the head is broken after the head", () => {
    const { texts: longer } = chainOf(7);

    expect(walk(longer, head)).toEqual(broken(7, "uncounted"));
  });

  it("whose last entry was written anew is not the one that the head names", () => {
    const before = chainOf(5);
    const { text } = seal(before.head, { ...entry, action: "approval", id: "f".repeat(32), at: 1 });

    expect(walk([...before.texts, text], head)).toEqual(broken(6, "other-head"));
  });

  it("whose middle entry was written anew breaks at the next one", () => {
    const before = chainOf(2);
    const { text } = seal(before.head, { ...entry, action: "approval", id: "f".repeat(32), at: 1 });

    expect(walk([...before.texts, text, ...texts.slice(3)], head)).toEqual(broken(4, "changed"));
  });

  it("tells any byte that was changed", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: texts.join("").length - 1 }),
        fc.integer({ min: 32, max: 126 }),
        (place, code) => {
          const all = texts.join("\n");
          const changed = all.slice(0, place) + String.fromCharCode(code) + all.slice(place + 1);
          fc.pre(changed !== all);
          expect(walk(changed.split("\n"), head).kind).toBe("broken");
        },
      ),
    );
  });
});

describe("an export", () => {
  const lines = [exportHeader(CHAIN_START, head), ...texts];
  const file = `${lines.join("\n")}\n`;

  it("is intact however it is cut into pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: file.length }), async (size) => {
        const pieces = file.match(new RegExp(`[^]{1,${Math.min(size, 60_000)}}`, "g")) ?? [];
        expect(await verifyExport(pieces)).toMatchObject({ kind: "intact", entries: 6 });
      }),
      { numRuns: 50 },
    );
  });

  it("of the newest entries alone is intact", async () => {
    const follows = chainOf(4).head;

    expect(await verifyExport([`${exportHeader(follows, head)}\n${texts.slice(4).join("\n")}`])).toEqual({
      kind: "intact",
      entries: 2,
      head,
    });
  });

  it("that lost its last line is broken there", async () => {
    expect(await verifyExport([lines.slice(0, -1).join("\n")])).toEqual(broken(6, "truncated"));
  });

  it("with an empty line in it is broken there", async () => {
    expect(await verifyExport([file.replace("\n", "\n\n")])).toEqual(broken(1, "unreadable"));
  });

  it.each([
    ["an empty file", ""],
    ["another file", "hello\nworld\n"],
    ["entries without their header", texts.join("\n")],
    ["a later version", file.replace('"version":1', '"version":2')],
  ])("is not %s", async (_what, text) => {
    expect(await verifyExport([text])).toEqual({ kind: "not-an-export" });
  });
});
