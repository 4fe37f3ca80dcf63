import { type StatusWords, saidOfHost } from "../words/read-status-words.js";
import { claimFaults, short } from "./check-truth.js";
import { type Claim, type HostTruth, hasEnded, type RecordedDeployment } from "./history.js";

/** What is so at the moment of an answer of `/status`. */
export interface StatusTruth {
  /** Of every host of the environment. Its name may be left out where there is only one. */
  readonly hosts: readonly { readonly name?: string; readonly truth: HostTruth }[];
  readonly record: (number: number) => Pick<RecordedDeployment, "id" | "sha" | "state"> | undefined;
  /** Whether a commit, if a deployment brought it, was once started on a host. */
  readonly mayHaveRun: (sha: string) => boolean;
  readonly isLocked: boolean;
  readonly isFrozen: boolean;
  /** Deployments that run or wait; absent where nobody but the subject knows. */
  readonly open?: number;
}

/** What is not so in an answer of `/status`. @param unknowable see `claimFaults` */
export function statusFaults(
  words: StatusWords,
  truth: StatusTruth,
  unknowable: ReadonlySet<string>,
): readonly string[] {
  const { last, isLocked = false, isFrozen = false, open = 0 } = words;
  const faults = truth.hosts.flatMap((host) => hostFaults(words, host, unknowable));
  faults.push(...throughFaults(words, truth));
  if (words.runs.kind === "unknown" && words.runs.last !== undefined && !truth.mayHaveRun(words.runs.last))
    faults.push(`says that ${short(words.runs.last)} ran for certain`);
  if (last !== undefined && truth.record(last.number)?.state !== last.state)
    faults.push(`says that #${last.number} ended as ${last.state}`);
  if (isLocked !== truth.isLocked) faults.push(`says that it is ${isLocked ? "" : "not "}locked`);
  if (isFrozen !== truth.isFrozen) faults.push(`says that it is ${isFrozen ? "" : "not "}frozen`);
  if (truth.open !== undefined && open !== truth.open)
    faults.push(`says that ${open} deployments run or wait, not ${truth.open}`);
  return faults;
}

function hostFaults(
  words: StatusWords,
  { name, truth }: StatusTruth["hosts"][number],
  unknowable: ReadonlySet<string>,
): readonly string[] {
  const faults = claimFaults({ host: truth, claim: claimOf(saidOfHost(words, name)) }, unknowable);
  return name === undefined ? faults : faults.map((fault) => `${name}: ${fault}`);
}

/** What is said of the deployment that brought what runs. */
function throughFaults({ runs }: StatusWords, { hosts, record }: StatusTruth): readonly string[] {
  if (runs.kind !== "release" || runs.deployment === undefined) return [];
  const faults: string[] = [];
  const through = record(runs.deployment);
  const isRight =
    through?.sha === runs.sha && hosts.every(({ truth: { deployment } }) => deployment === through.id);
  if (!isRight) faults.push(`says that #${runs.deployment} brought ${short(runs.sha)}`);
  const hasFailed = through === undefined || (hasEnded(through) && through.state !== "succeeded");
  if ((runs.failed === true) !== hasFailed)
    faults.push(`says that #${runs.deployment} ${runs.failed ? "failed" : "did not fail"}`);
  return faults;
}

/** What is not said of the checkout is that it is where the application is from. */
function claimOf({ runs, head, unanswered }: ReturnType<typeof saidOfHost>): Claim {
  const files = head ?? (runs.kind === "release" && !unanswered ? runs.sha : undefined);
  switch (runs.kind) {
    case "release":
      return { application: { kind: "release", sha: runs.sha }, files };
    case "between":
      return { application: { kind: "between", from: runs.from, to: runs.to }, files };
    default:
      return { application: { kind: runs.kind }, files };
  }
}
