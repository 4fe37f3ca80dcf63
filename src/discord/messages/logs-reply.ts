import type { LogOutcome, LogRefusal } from "../../app/read-logs.js";
import type { Language } from "../../config/schema.js";
import { enumerate } from "../locales/enumerate.js";
import { wordsFor } from "../locales/index.js";
import { logsEn } from "../locales/logs-words.en.js";
import { logsFr } from "../locales/logs-words.fr.js";
import type { LogsWords } from "../locales/logs-words.js";
import { reasonOf } from "./failure-text.js";
import { type Reply, refusalReply } from "./replies.js";
import { clip, inCode, wholeLines } from "./text.js";

/** Discord's limit, in characters. */
const CONTENT_LENGTH = 2_000;
const TYPED_LENGTH = 50;

type Read = Extract<LogOutcome, { kind: "read" }>;
type HostLog = Read["hosts"][number];

/** `/logs`, and the button that shows them: one file with a section for each host. */
export function logsReply(outcome: LogOutcome, language: Language): Reply {
  const words = wordsOf(language);
  if (outcome.kind === "refused") return logsRefusalReply(outcome.refusal, language);
  const { target, service, lines, hosts } = outcome;
  const where = `${target.project} / ${target.environment}`;
  const remarks = hosts.flatMap((log) => remarksOn(log, words, language));
  return {
    content: wholeLines([`📜 ${words.attached(where, service, lines)}`, ...remarks], CONTENT_LENGTH),
    files: [
      {
        name: `${target.project}-${target.environment}-${service}.log`,
        data: Buffer.from(hosts.map((log) => section(log, outcome, language)).join("\n")),
      },
    ],
  };
}

function wordsOf(language: Language): LogsWords {
  return { en: logsEn, fr: logsFr }[language];
}

/** The words of other refusals speak of deploying. */
function logsRefusalReply(refusal: LogRefusal, language: Language): Reply {
  const words = wordsOf(language);
  switch (refusal.code) {
    case "role-missing":
      return say(words.roleMissing(refusal.environment, enumerate(refusal.roles.map((id) => `<@&${id}>`))));
    case "no-logs":
      return say(words.noLogs(refusal.environment));
    case "unknown-log":
      return say(
        words.unknownLog(
          inCode(refusal.service, TYPED_LENGTH),
          enumerate(refusal.known.map((name) => `\`${name}\``)),
        ),
      );
    default:
      return refusalReply(refusal, language);
  }
}

function say(sentence: string): Reply {
  return { content: clip(`🚫 ${sentence}`, CONTENT_LENGTH) };
}

function remarksOn({ host, shortened, failure }: HostLog, words: LogsWords, language: Language): string[] {
  return [
    ...(shortened ? [`✂️ ${words.shortened(host)}`] : []),
    ...(failure === undefined ? [] : [`⚠️ ${failureText(`**${host}**`, failure, language)}`]),
  ];
}

/** A host's part of the file: what it is, the lines, and what went wrong. */
function section(
  { host, text, shortened, failure }: HostLog,
  { target, service }: Read,
  language: Language,
): string {
  const empty = failure === undefined ? [wordsOf(language).empty] : [];
  const lines = text === "" ? empty : [text.replace(/\n$/, "")];
  return [
    `===== ${host} · ${target.project} / ${target.environment} · ${service} =====`,
    ...(shortened ? ["[…]"] : []),
    ...lines,
    ...(failure === undefined ? [] : [`===== ${failureText(host, failure, language)}`]),
    "",
  ].join("\n");
}

function failureText(host: string, failure: NonNullable<HostLog["failure"]>, language: Language): string {
  const words = wordsFor(language);
  return words.labelled(host, reasonOf(failure, words));
}
