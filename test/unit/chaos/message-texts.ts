import type { MessageText } from "../../../chaos/words/message-text.js";

export const SHA = "a".repeat(40);
export const OTHER_SHA = "b".repeat(40);

export function linkTo(sha: string): string {
  return `[\`${sha.slice(0, 7)}\`](https://github.com/acme/shop/commit/${sha})`;
}

const CHANGES = `${linkTo(OTHER_SHA)} → ${linkTo(SHA)} · [2 commits](https://github.com/x) · 1 file · no migration`;

interface Shown {
  readonly content?: string;
  /** Lines of the description after its first one. */
  readonly lines?: readonly string[];
  readonly hosts?: string;
  readonly next?: string;
  readonly fields?: MessageText["fields"];
  readonly buttons?: readonly string[];
}

/** The message of a deployment that succeeded, but for what is given. */
export function messageOfDeployment(shown: Shown = {}): MessageText {
  const { hosts, next, fields = [] } = shown;
  return {
    content: shown.content ?? "🎯 **E1 - Deployment succeeded ✅**",
    description: [
      "**Sell more**",
      "",
      ...(shown.lines ?? [CHANGES, "✅ before-1 · 1.6 s", "✅ restart · 2 min 05 s"]),
    ].join("\n"),
    fields: [
      { name: "Project", value: "shop" },
      { name: "Commit", value: `${linkTo(SHA)} · \`e1\`` },
      ...(hosts === undefined ? [] : [{ name: "State of the hosts", value: hosts }]),
      ...(next === undefined ? [] : [{ name: "Next steps", value: next }]),
      ...fields,
    ],
    footer: "shop · e1 · #7",
    buttons: shown.buttons ?? ["Roll back"],
  };
}

/** What `/status` answers about one environment. */
export function statusText(...lines: readonly string[]): MessageText {
  const fields = [{ name: "shop / e1", value: lines.join("\n") }];
  return { content: "", description: "", fields, footer: "", buttons: [] };
}
