import type { DeploymentRecord } from "../../deployments/record.js";
import type { OptionName } from "../locales/next-words.js";
import type { Words } from "../locales/words.js";
import { buttonsFor } from "./buttons.js";
import type { DeploymentView } from "./deployment-view.js";
import { endText } from "./format.js";
import { inCode, together } from "./text.js";

const URL_LENGTH = 500;
/** As much as can be typed. */
const REF_LENGTH = 255;
const REASON_LENGTH = 100;

/** What to do once the deployment has ended: with the buttons that are there, and commands that do what they say. */
export function nextText(view: DeploymentView, words: Words): string | undefined {
  const { record, environment } = view;
  const { next } = words;
  if (record.state === "superseded") return next.superseded(record.supersededBy ?? 0);
  if (record.state === "succeeded") return afterSuccess(view, words);
  if (environment === undefined) return undefined;
  const actions = buttonsFor(record, environment, view.canRollBack).map(({ action }) => action);
  const offered = { retry: actions.includes("retry"), rollback: actions.includes("rollback") };
  switch (record.state) {
    case "indeterminate":
      return next.indeterminate(offered.rollback);
    case "cancelled":
      return record.startedAt === undefined ? undefined : next.cancelled(offered);
    case "expired":
      return next.askAgain(offered, commandFor(record, words));
    case "void":
      return record.voidReason?.code === "ref-moved"
        ? next.refMoved(commandFor(record, words))
        : next.askAgain(offered, commandFor(record, words));
    case "failed":
      return record.failure?.code === "unknown-host-key"
        ? next.unknownHostKey
        : next.failed(offered, commandFor(record, words));
    default:
      return undefined;
  }
}

function afterSuccess({ record, environment, lockedUntil }: DeploymentView, { next }: Words): string {
  const url = environment?.url;
  return together(
    [
      lockedUntil === undefined
        ? undefined
        : next.lockedAfterRollback(record.environment, endText(lockedUntil)),
      url !== undefined && url.length <= URL_LENGTH ? next.succeeded(url) : undefined,
    ],
    "\n",
  );
}

/** The command with every option that the request had; what it deploys is chosen by whoever sends it. */
function commandFor(record: DeploymentRecord, { next }: Words): string {
  const options = optionsOf(record).map(([name, value, length = REF_LENGTH]) => {
    return `${next.option[name]}:${inCode(value, length)}`;
  });
  return `${next.command[record.kind]} \`${options.join(" ")}\``;
}

function optionsOf(record: DeploymentRecord): readonly [name: OptionName, value: string, length?: number][] {
  const { kind, project, environment, breakGlass, asked } = record;
  switch (kind) {
    case "deploy": {
      const ref = refOf(record);
      return [
        ["environment", environment],
        ["project", project],
        ...(ref === undefined ? [] : [["ref", ref] as [OptionName, string]]),
        ...(breakGlass === undefined
          ? []
          : [["break-glass", breakGlass, REASON_LENGTH] as [OptionName, string, number]]),
      ];
    }
    case "promote":
      return [
        ["from", asked?.from ?? "…"],
        ["to", environment],
        ["project", project],
      ];
    case "rollback":
      return [
        ["environment", environment],
        ["project", project],
        ["to", "…"],
      ];
  }
}

/** A record of an earlier version does not say whether its ref was typed. */
function refOf({ asked, release }: DeploymentRecord): string | undefined {
  if (asked !== undefined) return asked.ref;
  return release.ref === release.sha ? "…" : release.ref;
}
