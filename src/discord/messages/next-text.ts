import type { DeploymentRecord } from "../../deployments/record.js";
import type { Words } from "../locales/words.js";
import type { DeploymentView } from "./deployment-view.js";

const URL_LENGTH = 500;

/** What to do once the deployment has ended. */
export function nextText({ record, environment }: DeploymentView, words: Words): string | undefined {
  const { next } = words;
  switch (record.state) {
    case "awaiting-approval":
    case "queued":
    case "running":
    case "refused":
      return undefined;
    case "succeeded":
      return environment?.url && environment.url.length <= URL_LENGTH
        ? next.succeeded(environment.url)
        : undefined;
    case "superseded":
      return next.superseded(record.supersededBy ?? 0);
    case "indeterminate":
      return next.indeterminate;
    case "cancelled":
      return record.startedAt === undefined ? undefined : next.cancelled;
    case "expired":
    case "void":
      return next.askAgain(commandFor(record));
    case "failed":
      return record.failure?.code === "unknown-host-key"
        ? next.unknownHostKey
        : next.failed(commandFor(record));
  }
}

/** The command that asks for the same again; what is left out is chosen as for the first time. */
function commandFor({ kind, project, environment }: DeploymentRecord): string {
  switch (kind) {
    case "deploy":
      return `/deploy ${environment} project:${project}`;
    case "promote":
      return `/promote to:${environment} project:${project}`;
    case "rollback":
      return `/rollback ${environment} project:${project}`;
  }
}
