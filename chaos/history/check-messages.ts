import { type History, hasEnded, type PostedMessage, type RecordedDeployment } from "./history.js";
import type { Violation } from "./violation.js";

/** What a person must be able to press where nobody knows the outcome. */
const DECISIONS = ["Mark failed", "Run again"];

/** One message for each deployment, which shows how it ended. */
export function checkMessages({
  messages,
  deployments,
}: Pick<History, "messages" | "deployments">): readonly Violation[] {
  if (messages === undefined) return [];
  return deployments.filter(hasEnded).flatMap((record) => {
    const { environment, sha, id, number, state } = record;
    const own = messages.filter(
      (message) => message.environment === environment && message.number === number,
    );
    const fault = faultOf(own, record);
    if (fault === undefined) return [];
    const detail = `#${number} is ${state}; ${fault}`;
    return [{ kind: "message", environment, sha, deployment: id, detail }];
  });
}

function faultOf(own: readonly PostedMessage[], { state }: RecordedDeployment): string | undefined {
  const [message] = own;
  if (message === undefined || own.length > 1) return `it has ${own.length} messages`;
  if (message.state !== state) return `its message shows ${message.state ?? "no state that is known"}`;
  if (state !== "indeterminate") return undefined;
  const missing = DECISIONS.filter((words) => !message.buttons.some((label) => label.includes(words)));
  return missing.length === 0 ? undefined : `its message lacks the buttons ${missing.join(", ")}`;
}
