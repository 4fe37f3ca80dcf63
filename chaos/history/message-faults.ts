import type { DeploymentWords, HostWords } from "../words/read-deployment-words.js";
import { short } from "./check-truth.js";
import type { RecordedDeployment } from "./history.js";

/** What is so of a deployment that has ended, by everybody but its message. */
export interface MessageTruth {
  readonly record: Pick<RecordedDeployment, "sha" | "state" | "isRollback">;
  /** A step of it, or of several, was begun on a host. */
  readonly hasBegun: boolean;
  /** Whether the commit may have run when the deployment was asked for. */
  readonly couldBeBase: (sha: string) => boolean;
  readonly host: (name: string) => HostAccount;
}

/** What one host saw of a deployment. */
export interface HostAccount {
  /** A step of it, by which the host is said to have changed, was begun there. */
  readonly isChanged: boolean;
  readonly restart: "never-began" | "open" | "ended";
  /** Whether it moved the checkout; absent where the host does not know. */
  readonly hasMoved?: boolean;
  /** What it did there was cut off, or failed half-way: nobody needs to know. */
  readonly mayBeUnknown: boolean;
  /** Whether the commit may have run there before it. @param sha may be shortened */
  readonly mayHaveRun: (sha: string) => boolean;
}

/** States in which a deployment says how it left its hosts. */
const HAS_HOSTS: ReadonlySet<string> = new Set(["failed", "cancelled", "indeterminate", "void"]);

/** What is not so in the message of a deployment that has ended. */
export function messageFaults(words: DeploymentWords, truth: MessageTruth): readonly string[] {
  const { record, hasBegun } = truth;
  const { sha, state, hosts, base } = words;
  const faults: (string | undefined)[] = [
    sha === record.sha ? undefined : `names ${short(sha)}; it brought ${short(record.sha)}`,
    state === record.state ? undefined : `shows ${state}; it is ${record.state}`,
    words.changedNothing && hasBegun ? "says that nothing was changed; steps ran" : undefined,
    words.isRollback === record.isRollback ? undefined : "does not say whether it is a rollback",
    base === undefined || words.isBaseUncertain || truth.couldBeBase(base)
      ? undefined
      : `counts the changes from ${short(base)}`,
    ...words.named
      .filter((label) => !words.buttons.includes(label))
      .map((label) => `names the button ${label}, which is not there`),
    hosts.length === 0 && hasBegun && HAS_HOSTS.has(state) ? "says nothing of its host" : undefined,
    ...hosts.flatMap((host) => hostFaults(host, record.sha, truth.host(host.host))),
  ];
  return faults.filter((fault) => fault !== undefined);
}

function hostFaults(words: HostWords, sha: string, account: HostAccount): readonly (string | undefined)[] {
  const { after } = words;
  return [
    after === undefined || sha.startsWith(after)
      ? stateFault(words, account)
      : `says that the host is on ${after}`,
    beforeFault(words, account),
  ];
}

function stateFault({ state }: HostWords, account: HostAccount): string | undefined {
  const { isChanged, restart, hasMoved, mayBeUnknown } = account;
  switch (state) {
    case "unchanged":
      return isChanged ? "says that the host was not changed; steps ran" : undefined;
    case "files-moved":
      if (restart !== "never-began") return "says that the application was not restarted";
      return hasMoved === false ? "says that the checkout was moved" : undefined;
    case "restarted":
      return restart === "ended" ? undefined : "says that the application was restarted";
    case "unknown":
      return restart === "open" || mayBeUnknown ? undefined : "calls the host unknown";
  }
}

/** "still on", "was", "may still run": what ran before it. */
function beforeFault({ before, after, state }: HostWords, account: HostAccount): string | undefined {
  if (before === undefined || (state === "unknown" && before === after)) return undefined;
  return account.mayHaveRun(before) ? undefined : `says that ${before} ran before`;
}
