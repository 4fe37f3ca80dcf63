import type { Failure } from "../../deployments/record.js";
import type { Words } from "../locales/words.js";
import { cleanReason, cleanSaid } from "./clean-reason.js";
import type { DeploymentView } from "./deployment-view.js";
import { stepTitle } from "./format.js";
import { codeBlock, inCode, plain } from "./text.js";

const TAIL_LENGTH = 900;
const REASON_LENGTH = 200;

/** What failed, why, and the lines that explain it. */
export function failureText({ record, log }: DeploymentView, words: Words): string | undefined {
  if (record.failure === undefined) return undefined;
  const step = record.steps.find(({ id }) => id === record.failedStep);
  const lines = [
    step &&
      `${words.failedStep(stepTitle(step.title, words))}${step.host === undefined ? "" : ` · ${step.host}`}`,
    reasonOf(record.failure, words),
    record.tail && `${words.lastLines[record.tailOf ?? "step"]}\n${codeBlock(record.tail, TAIL_LENGTH)}`,
    log === "refused" ? words.fileRefused : step && log && words.log[log],
  ];
  return lines.filter(Boolean).join("\n");
}

/** Why it failed, in words. */
export function reasonOf(failure: Failure, words: Words): string {
  return words.failure(clean(failure));
}

/** Part of a failure's facts comes from hosts and from what they answered. */
function clean(failure: Failure): Failure {
  switch (failure.code) {
    case "killed":
      return { ...failure, signal: plain(failure.signal, REASON_LENGTH) };
    case "internal":
      return { ...failure, message: plain(failure.message, REASON_LENGTH) };
    case "unreachable":
      return { ...failure, reason: plain(failure.reason, REASON_LENGTH), ...cleanSaid(failure) };
    case "not-started":
      return {
        ...failure,
        reason: plain(failure.reason, REASON_LENGTH),
        ...cleaned("detail", failure.detail),
      };
    case "lost":
      return { ...failure, ...cleaned("said", failure.said) };
    case "not-run":
      return { ...failure, host: plain(failure.host, REASON_LENGTH), ...cleanSaid(failure) };
    case "unhealthy":
      return { ...failure, url: inCode(failure.url, REASON_LENGTH), reason: cleanReason(failure.reason) };
    case "unknown-host-key":
      return { ...failure, seen: inCode(failure.seen, REASON_LENGTH) };
    default:
      return failure;
  }
}

function cleaned<K extends string>(key: K, text: string | undefined): { readonly [key in K]?: string } {
  return text === undefined
    ? {}
    : ({ [key]: inCode(text, REASON_LENGTH) } as { readonly [key in K]: string });
}
