import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "./canonical-json.js";

/** An entry's place in the chain: all that the next one needs to follow it. */
export interface ChainLink {
  readonly sequence: number;
  readonly hash: string;
}

/** What the first entry follows. */
export const CHAIN_START: ChainLink = { sequence: 0, hash: "0".repeat(64) };

/**
 * What is wrong with an entry:
 * - `missing`: a later one stands in its place,
 * - `out-of-order`: an earlier one stands in its place, moved or put in,
 * - `changed`: its hash, or that of the entry before it, is not the one that it was written with,
 * - `unreadable`: it is no entry at all,
 * - `truncated`: the log ends before it, though the head counts it,
 * - `uncounted`: the head does not count it,
 * - `other-head`: it is the last one, and the head names another hash.
 */
export type ChainFault =
  | "missing"
  | "out-of-order"
  | "changed"
  | "unreadable"
  | "truncated"
  | "uncounted"
  | "other-head";

export type ChainVerdict =
  | { readonly kind: "intact"; readonly entries: number; readonly head: ChainLink }
  /** `sequence` is the first place in the chain where something is wrong. */
  | { readonly kind: "broken"; readonly sequence: number; readonly reason: ChainFault };

/** Only what the chain itself needs: entries of a later version of Slipway are verified, too. */
const Envelope = z.looseObject({ sequence: z.int(), hash: z.string() });

/** Puts an entry after the last one. @returns the entry and its one and only text */
export function seal(last: ChainLink, entry: object): { readonly link: ChainLink; readonly text: string } {
  const content = { ...entry, sequence: last.sequence + 1 };
  const link = { sequence: content.sequence, hash: hashOf(last, content) };
  return { link, text: canonicalJson({ ...content, hash: link.hash }) };
}

/** Walks along a chain, entry after entry, and stops at the first that does not follow. */
export class ChainWalk {
  readonly #start: ChainLink;
  #last: ChainLink;

  /** @param start what the first entry of this walk follows */
  constructor(start: ChainLink = CHAIN_START) {
    this.#start = start;
    this.#last = start;
  }

  /** @returns the verdict as soon as the chain is broken */
  take(text: string): ChainVerdict | undefined {
    const reason = this.#faultOf(text);
    return reason && { kind: "broken", sequence: this.#last.sequence + 1, reason };
  }

  /** @param head the entry that is to be the last */
  finish(head: ChainLink): ChainVerdict {
    const { sequence, hash } = this.#last;
    if (sequence < head.sequence) return { kind: "broken", sequence: sequence + 1, reason: "truncated" };
    if (sequence > head.sequence) return { kind: "broken", sequence: head.sequence + 1, reason: "uncounted" };
    if (hash !== head.hash) return { kind: "broken", sequence, reason: "other-head" };
    return { kind: "intact", entries: sequence - this.#start.sequence, head: this.#last };
  }

  #faultOf(text: string): ChainFault | undefined {
    const read = readEnvelope(text);
    if (read === undefined) return "unreadable";
    const { hash, ...content } = read.entry;
    if (content.sequence > this.#last.sequence + 1) return "missing";
    if (content.sequence <= this.#last.sequence) return "out-of-order";
    if (read.canonical !== text || hash !== hashOf(this.#last, content)) return "changed";
    this.#last = { sequence: content.sequence, hash };
    return undefined;
  }
}

/**
 * Every field of the entry, also those that this version does not know, and the spelling that it must have: another
 * spelling of the same JSON could say something else to another reader.
 */
function readEnvelope(text: string): { entry: z.output<typeof Envelope>; canonical: string } | undefined {
  try {
    const entry = Envelope.parse(JSON.parse(text));
    return { entry, canonical: canonicalJson(entry) };
  } catch {
    return undefined;
  }
}

function hashOf(last: ChainLink, content: object): string {
  return createHash("sha256")
    .update(`${last.hash}\n${canonicalJson(content)}`)
    .digest("hex");
}
