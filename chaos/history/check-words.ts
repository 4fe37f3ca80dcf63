import { STEP_NAMES } from "../oracle/shipped-steps.js";
import { reading } from "../words/message-text.js";
import { type DeploymentWords, readDeploymentWords } from "../words/read-deployment-words.js";
import { statusViolations } from "./check-status.js";
import { short } from "./check-truth.js";
import { type Execution, type History, hasEnded, isOf, type RecordedDeployment } from "./history.js";
import { type MessageTruth, messageFaults } from "./message-faults.js";
import type { Violation } from "./violation.js";

/**
 * What people read is held against what the hosts saw: the message of each deployment that has ended, sentence by sentence,
 * and each answer of `/status`. A sentence that cannot be read is a fault of its own.
 * @param unknowable commits whose restart may have ended without anybody being able to know
 */
export function checkWords(history: History, unknowable: ReadonlySet<string>): readonly Violation[] {
  return [...messageViolations(history), ...statusViolations(history, unknowable)];
}

function messageViolations(history: History): readonly Violation[] {
  const { messages = [], deployments } = history;
  return messages.flatMap(({ environment, number, text }) => {
    const record = deployments.find((each) => each.environment === environment && each.number === number);
    if (record === undefined || !hasEnded(record)) return [];
    const faults = reading(() => deploymentFaults(readDeploymentWords(text), accountOf(record, history)));
    const { sha, id } = record;
    return faults.map(
      (detail): Violation => ({
        kind: "words",
        ...{ environment, sha, deployment: id },
        detail: `#${number}: ${detail}`,
      }),
    );
  });
}

/** What the host and the other accounts say of one deployment. */
interface Account {
  readonly record: RecordedDeployment;
  /** What its steps wrote. */
  readonly lines: readonly Execution[];
  /** The commits of the environment's restarts before it that replaced the application, the newest first. */
  readonly earlier: readonly Execution[];
  /** How many of those it may be compared with: it was asked for before the newest of them ran. */
  readonly comparable: number;
  /** A person cut it off, or its runner was killed. */
  readonly wasDisturbed: boolean;
  readonly wasCancelled: boolean;
  /** All deployments of the environment. */
  readonly neighbours: readonly RecordedDeployment[];
}

function accountOf(record: RecordedDeployment, history: History): Account {
  const { executions, deployments, killedRunners, cancelled, shipments } = history;
  const there = executions.filter(({ environment }) => environment === record.environment);
  const neighbours = deployments.filter(({ environment }) => environment === record.environment);
  const older = neighbours.filter(({ number }) => number < record.number);
  const first = there.findIndex(isOf(record));
  const end =
    first >= 0 ? first : there.findLastIndex((line) => older.some((other) => isOf(other)(line))) + 1;
  const touched = there.slice(0, end).filter(({ phase }) => phase === "touch");
  const burst = shipments.filter(({ environment, isFollowed }) => {
    return environment === record.environment && isFollowed;
  });
  const wasCancelled = cancelled?.has(record.id) ?? false;
  return {
    ...{ record, neighbours, wasCancelled },
    lines: there.filter(isOf(record)),
    earlier: touched.toReversed(),
    comparable: 1 + burst.filter(({ sha }) => touched.slice(-2).some((touch) => touch.sha === sha)).length,
    wasDisturbed: wasCancelled || killedRunners.some(({ deployment }) => deployment === record.id),
  };
}

function deploymentFaults(words: DeploymentWords, account: Account): readonly string[] {
  const { record, wasCancelled } = account;
  const faults: (string | undefined)[] = [
    ...messageFaults(words, truthOf(account)),
    words.wasCut && !wasCancelled ? "says that a person cancelled it" : undefined,
    cutFault(words, account),
    (words.approvals ?? 0) === (record.approvals ?? 0)
      ? undefined
      : `names ${words.approvals ?? 0} approvals of ${record.approvals ?? 0}`,
    ...stepFaults(words, account),
    ...takesBackFaults(words, account),
  ];
  return faults.filter((fault) => fault !== undefined);
}

/** The environment has one host, and each line was written there. */
function truthOf(account: Account): MessageTruth {
  const { record, lines, wasDisturbed } = account;
  const restart = lines.filter(({ step }) => step === "restart").map(({ phase }) => phase);
  const hasBegun = lines.length > 0;
  return {
    ...{ record, hasBegun },
    couldBeBase: (sha) => couldHaveRun(sha, account.comparable, account),
    host: () => ({
      isChanged: hasBegun,
      restart: restart.includes("end") ? "ended" : restart.includes("begin") ? "open" : "never-began",
      mayBeUnknown: wasDisturbed,
      mayHaveRun: (sha) => couldHaveRun(sha, 1, account),
    }),
  };
}

/** What was stopped in the middle has not ended well; what was stopped between two steps has left none half done. */
function cutFault({ wasCut, steps }: DeploymentWords, { record }: Account): string | undefined {
  const isCut = [...steps, ...record.steps].some(({ state }) => state === "failed");
  if (wasCut === "within" && !isCut) return "says that a step was stopped; none was";
  if (wasCut === "between" && isCut) return "says that it stopped between two steps; one was cut";
  return undefined;
}

/**
 * Whether one of so many last restarts brought it. Where that goes back to before the first that was seen, also of a
 * burst, it may be any commit but those that deployments brought.
 */
function couldHaveRun(sha: string, restarts: number, { neighbours, earlier }: Account): boolean {
  if (earlier.slice(0, restarts).some((touch) => touch.sha.startsWith(sha))) return true;
  if (restarts <= earlier.length) return false;
  return neighbours.every((other) => other.isRollback === true || !other.sha.startsWith(sha));
}

function stepFaults({ steps, failedStep, state }: DeploymentWords, account: Account): readonly string[] {
  const { lines, wasDisturbed } = account;
  const saw = (phase: Execution["phase"], title: string) =>
    lines.some((line) => line.phase === phase && line.step === title);
  const own = steps.filter(({ title }) => STEP_NAMES.some((name) => name === title));
  const faults = own.map((step) => {
    if (step.state === "succeeded" && !saw("end", step.title)) return `shows that ${step.title} succeeded`;
    if (step.state === "running") return `shows that ${step.title} is running`;
    const isUntouched = step.state === "pending" || step.state === "skipped";
    if (isUntouched && saw("begin", step.title)) return `shows that ${step.title} never began`;
    if (step.state === "failed" && saw("end", step.title) && !wasDisturbed)
      return `shows that ${step.title} failed`;
    return undefined;
  });
  if (state === "succeeded" && !saw("end", "restart")) faults.push("shows success without a restart");
  if (failedStep !== undefined && saw("end", failedStep) && !wasDisturbed)
    faults.push(`says that it failed at ${failedStep}`);
  return faults.filter((fault) => fault !== undefined);
}

/** What is taken back is what ran, or what ran last where nobody knows what runs. */
function takesBackFaults(
  { takesBack, isRollback, sha }: DeploymentWords,
  account: Account,
): readonly string[] {
  if (!isRollback) return [];
  const faults = wrongGoal(sha, account);
  if (takesBack === undefined) return faults;
  const taken = account.neighbours.find(({ number }) => number === takesBack);
  if (taken === undefined) return [...faults, `takes back #${takesBack}, which is not there`];
  const [touched] = account.earlier;
  const ran = account.neighbours.filter(
    ({ number, steps }) => number < account.record.number && steps.length > 0,
  );
  const isNewest = ran.at(-1)?.number === takesBack;
  const isRunning = touched !== undefined && isOf(taken)(touched);
  return isNewest || isRunning ? faults : [...faults, `takes back #${takesBack}, which does not run`];
}

/** A rollback brings the last release that succeeded, was not taken back since, and is not the one that runs. */
function wrongGoal(sha: string, { neighbours, record, earlier }: Account): readonly string[] {
  const bad = new Set<string>();
  const good: string[] = [];
  for (const each of neighbours.filter(
    ({ number, state }) => number < record.number && state === "succeeded",
  )) {
    bad.delete(each.sha);
    const taken = neighbours.find(({ number }) => number === each.takesBack);
    if (taken !== undefined && taken.sha !== each.sha) bad.add(taken.sha);
    good.unshift(each.sha);
  }
  const candidates = good.filter((each) => !bad.has(each));
  const [runs] = earlier;
  const first = candidates[0];
  const other = candidates.find((each) => each !== runs?.sha);
  // Release 0 is what ran before the first deployment.
  const isFirst = neighbours.every((each) => each.isRollback === true || each.sha !== sha);
  if (isFirst ? other === undefined : sha === first || sha === other) return [];
  return [`brings back ${short(sha)} instead of ${other === undefined ? "release 0" : short(other)}`];
}
