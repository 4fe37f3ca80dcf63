import { styleText } from "node:util";
import type { LogLine } from "../bot-process.js";
import type { DiscordStandIn, MessageView } from "../discord/types.js";
import { markedTime } from "../web/common/marked-time.js";

/** Prints a conversation in Discord as it happens. */
export interface Narrator {
  /** From now on mentions are printed as the names of this guild. */
  meet(guild: Pick<DiscordStandIn, "people" | "roles" | "channels">): void;
  remark(text: string): void;
  /** Somebody types or does something. */
  person(name: string, text: string): void;
  /** A message appeared or changed; what was printed before is not printed again. */
  message(message: MessageView, viewer?: string): void;
  check(passed: boolean, text: string): void;
  log(line: LogLine): void;
}

type Format = Parameters<typeof styleText>[0];

/** Colours for a terminal, unless `NO_COLOR` says otherwise. */
export function createNarrator(
  output: Pick<NodeJS.WriteStream, "isTTY" | "write">,
  env: NodeJS.ProcessEnv,
  language: "en" | "fr",
): Narrator {
  let guild: Pick<DiscordStandIn, "people" | "roles" | "channels"> | undefined;
  const colours = output.isTTY && !env["NO_COLOR"];
  const paint = (format: Format, text: string): string =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  const print = (text: string): unknown => output.write(`${text}\n`);
  const printed = new Map<string, ReadonlySet<string>>();

  return {
    meet: (met) => {
      guild = met;
    },
    remark: (text) => print(paint("dim", `· ${text}`)),
    person: (name, text) => print(`\n${paint("bold", name)}  ${paint("cyan", text)}`),
    message(message, viewer) {
      const lines = linesOf(message, language).map((line) => (guild ? withNames(line, guild) : line));
      const known = printed.get(message.id) ?? new Set();
      const fresh = lines.filter((line) => !known.has(line));
      printed.set(message.id, new Set(lines));
      if (fresh.length === 0) return;
      const mark = viewer === undefined ? "" : paint("dim", ` (only ${viewer} sees this)`);
      const edited = message.edits > 0 ? paint("dim", ` (edit ${message.edits})`) : "";
      print(`${paint("blue", message.author.name)}${mark}${edited}`);
      for (const line of fresh) print(`  │ ${line}`);
    },
    check: (passed, text) => print(`${paint(passed ? "green" : "red", passed ? "✔" : "✘")} ${text}`),
    log: ({ level, msg, ...fields }) =>
      print(paint("dim", `  [bot] ${level} ${msg} ${JSON.stringify({ ...fields, time: undefined })}`)),
  };
}

/** What a person reads, line by line, without Discord's marks. */
function linesOf({ content, embeds, attachments }: MessageView, language: "en" | "fr"): string[] {
  const text = [
    content,
    ...embeds.flatMap(({ title, description, fields }) => [
      title ?? "",
      description ?? "",
      ...(fields ?? []).map(({ name, value }) => `${name}${language === "fr" ? "\u202f:" : ":"} ${value}`),
    ]),
    ...attachments.map(({ filename, size }) => `📎 ${filename} (${size} bytes)`),
  ].join("\n");
  return text
    .replace(/\[`?([^\]`]*)`?\]\(([^)]*)\)/g, "$1")
    .replace(/\*\*/g, "")
    .replace(/<t:(-?\d+)(?::(\w))?>/g, (_, seconds: string, style = "f") =>
      timeWords(Number(seconds), style, language),
    )
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

/** A time that passes while it is looked at would print its line anew with each edit. */
function timeWords(seconds: number, style: string, language: "en" | "fr"): string {
  const isNow = style === "R" && Math.abs(seconds * 1000 - Date.now()) < 60_000;
  if (isNow) return language === "fr" ? "à l’instant" : "just now";
  return markedTime(seconds, style, language);
}

function withNames(line: string, guild: Pick<DiscordStandIn, "people" | "roles" | "channels">): string {
  const name = (things: readonly { id: string; name: string }[], id: string): string =>
    things.find((thing) => thing.id === id)?.name ?? "unknown";
  return line
    .replace(/<@&(\d+)>/g, (_, id: string) => `@${name(guild.roles(), id)}`)
    .replace(/<@(\d+)>/g, (_, id: string) => `@${name(guild.people(), id)}`)
    .replace(/<#(\d+)>/g, (_, id: string) => `#${name(guild.channels(), id)}`);
}
