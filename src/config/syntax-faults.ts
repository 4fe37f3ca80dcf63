import type { ErrorCode } from "yaml";

interface Advice {
  readonly problem: string;
  readonly fix: string;
}

const INDENTATION: Advice = {
  problem: "the lines are not indented consistently, or a bracket is not closed",
  fix: "indent with spaces, two for each level; lines of one mapping or list start in the same column",
};
const COLON: Advice = {
  problem: "this is not a `key: value` line",
  fix: "write `key: value` with a space after the colon, and quote text that holds `: `",
};
const QUOTING: Advice = {
  problem: "this character has a meaning in YAML and cannot start or stand in plain text",
  fix: "put the text in quotes",
};
const ANCHORS: Advice = {
  problem: "an anchor, alias or tag stands where it cannot",
  fix: "write the value out",
};
const TAGS: Advice = { problem: "tags are not read", fix: "remove the word that starts with `!`" };

/**
 * Our words for the YAML library's codes. Its own messages quote the text, which may be a key pasted in the wrong
 * place.
 */
export const SYNTAX_ADVICE: Readonly<Record<ErrorCode, Advice>> = {
  ALIAS_PROPS: ANCHORS,
  BAD_ALIAS: ANCHORS,
  BAD_COLLECTION_TYPE: TAGS,
  BAD_DIRECTIVE: { problem: "this `%` line is not a YAML directive", fix: "remove it" },
  BAD_DQ_ESCAPE: {
    problem: "a backslash in double quotes starts no known escape",
    fix: "use single quotes, or write the backslash twice",
  },
  BAD_INDENT: INDENTATION,
  BAD_PROP_ORDER: ANCHORS,
  BAD_SCALAR_START: QUOTING,
  BLOCK_AS_IMPLICIT_KEY: COLON,
  BLOCK_IN_FLOW: {
    problem: "an indented block stands inside brackets or braces",
    fix: "close the bracket on the same line, or write the list as lines that start with `- `",
  },
  DUPLICATE_KEY: { problem: "the same key is written twice", fix: "keep one of them" },
  IMPOSSIBLE: COLON,
  KEY_OVER_1024_CHARS: {
    problem: "a key is longer than 1,024 characters",
    fix: "check for a missing line break",
  },
  MISSING_CHAR: {
    problem: "a character is missing: a closing quote or bracket, a colon, a comma or a space",
    fix: "close what was opened before this place, and write a space after each colon",
  },
  MULTILINE_IMPLICIT_KEY: COLON,
  MULTIPLE_ANCHORS: ANCHORS,
  MULTIPLE_DOCS: {
    problem: "the file holds more than one YAML document",
    fix: "remove the `---` line and what follows",
  },
  MULTIPLE_TAGS: TAGS,
  NON_STRING_KEY: { problem: "a list or a mapping is used as a key", fix: "use plain text as the key" },
  RESOURCE_EXHAUSTION: {
    problem: "the text is nested too deeply",
    fix: "check for brackets that are not closed",
  },
  TAB_AS_INDENT: { problem: "a tab is used to indent", fix: "indent with spaces" },
  TAG_RESOLVE_FAILED: TAGS,
  UNEXPECTED_TOKEN: COLON,
};
