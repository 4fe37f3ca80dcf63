import type { Claim, Sample } from "./history.js";
import type { Violation } from "./violation.js";

/**
 * What the subject says runs on a host, held against what the host had at that very moment.
 * @param unknowable commits whose restart may have ended without anybody being able to know
 */
export function checkTruth(
  samples: readonly Sample[],
  unknowable: ReadonlySet<string> = new Set(),
): readonly Violation[] {
  return samples.flatMap((sample) => {
    const { environment, sha } = sample;
    return claimFaults(sample, unknowable).map(
      (detail): Violation => ({ kind: "untrue", environment, sha, detail }),
    );
  });
}

/** One claim, whoever makes it, and what the host had. */
type Compared = Pick<Sample, "host" | "claim">;

export function claimFaults(compared: Compared, unknowable: ReadonlySet<string>): readonly string[] {
  return [applicationFault(compared, unknowable), filesFault(compared)].filter(
    (fault) => fault !== undefined,
  );
}

function applicationFault({ host, claim }: Compared, unknowable: ReadonlySet<string>): string | undefined {
  const { application } = claim;
  const truth = host.application === undefined ? "no restart" : `the restart of ${short(host.application)}`;
  if (!couldBe(application, host.application)) {
    return `the host has seen ${truth}, and ${describe(application)} is said to run`;
  }
  const isCertain = application.kind === "release" || application.kind === "nothing";
  if (isCertain || host.isOpen || unknowable.has(host.application ?? "")) return undefined;
  return `the host has seen ${truth} to its end, and ${describe(application)} is said to run`;
}

/** Whether the claim leaves room for the truth. What never ran under the subject's eyes may be known from the checkout. */
function couldBe(application: Claim["application"], truth: string | undefined): boolean {
  switch (application.kind) {
    case "unknown":
      return true;
    case "nothing":
      return truth === undefined;
    case "release":
      return truth === undefined || application.sha === truth;
    case "between":
      // Without a release to come from, it is not known what it is changed from.
      return application.from === undefined || application.to === truth || application.from === truth;
  }
}

function filesFault({ host, claim }: Compared): string | undefined {
  if (claim.files === undefined || claim.files === host.files) return undefined;
  const truth = host.files === undefined ? "not there" : `at ${short(host.files)}`;
  return `the checkout is ${truth}, and is said to be at ${short(claim.files)}`;
}

function describe(application: Claim["application"]): string {
  switch (application.kind) {
    case "release":
      return short(application.sha);
    case "between":
      return `something between ${application.from === undefined ? "?" : short(application.from)} and ${short(application.to)}`;
    default:
      return application.kind;
  }
}

export function short(sha: string): string {
  return sha.slice(0, 7);
}
