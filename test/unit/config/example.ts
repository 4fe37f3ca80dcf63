import { readFileSync } from "node:fs";
import type { ConfigFault } from "../../../src/config/fault.js";
import { parseConfig } from "../../../src/config/load.js";
import type { Config } from "../../../src/config/schema.js";

/** The text of slipway.example.yaml, the file that every test here starts from. */
export const exampleText = readFileSync(new URL("../../../slipway.example.yaml", import.meta.url), "utf8");

/** The configuration of the example file. */
export function exampleConfig(): Config {
  const result = parseConfig(exampleText, "slipway.example.yaml");
  if (result.kind === "invalid") throw new Error(JSON.stringify(result.faults));
  return result.config;
}

/** The faults of a text, none when it is valid. */
export function faultsOf(text: string): readonly ConfigFault[] {
  const result = parseConfig(text, "slipway.yaml");
  return result.kind === "invalid" ? result.faults : [];
}

/** Replaces text that must be there, so that a test cannot silently change nothing. */
export function edit(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the text does not hold ${from}`);
  return text.replace(from, to);
}

/** The 1-based line that a piece of text first stands on. */
export function lineOf(text: string, piece: string): number {
  return text.slice(0, text.indexOf(piece)).split("\n").length;
}
