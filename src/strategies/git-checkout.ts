import type { StrategyConfig } from "../config/schema.js";
import { Sha } from "../deployments/release.js";
import type { CheckoutReading } from "../deployments/running.js";

/**
 * `$1` directory. Says what HEAD of the checkout is, and changes nothing. Exit code 0 means that it is certain, also
 * that there is no checkout: a folder that this account may not look into is a failure.
 */
const READ_CHECKOUT = `
none() { echo "checkout none"; exit 0; }
above=$1
while [ ! -d "$above" ]; do above=$(dirname "$above"); done
[ -r "$above" ] && [ -x "$above" ] || exit 1
[ "$above" = "$1" ] || { ls -d -- "$1" >/dev/null 2>&1 && exit 1; none; }
[ -e "$1/.git" ] || none
GIT_OPTIONAL_LOCKS=0 git -C "$1" rev-parse --verify --quiet HEAD >/dev/null || {
  git -C "$1" rev-parse --git-dir >/dev/null || exit 1
  none
}
git -C "$1" --no-pager -c log.showSignature=false log -1 --no-color --no-notes --encoding=UTF-8 \\
  --format='checkout %H %ct%nauthor %an%nsubject %s' HEAD
`;

/** The words that read HEAD of an environment's checkout on a host. */
export function planReading(strategy: StrategyConfig): readonly [string, ...string[]] {
  switch (strategy.type) {
    case "git":
      return ["sh", "-c", READ_CHECKOUT, "read-checkout", strategy.directory];
  }
}

const HEAD = /^checkout (?:(none)|([0-9a-f]{40}) ([0-9]{1,12}))$/;
const TEXT_LENGTH = 500;

/**
 * Understands what {@link planReading} printed. Nothing but one whole answer counts.
 * @returns undefined for anything else
 */
export function parseReading(output: string): CheckoutReading | undefined {
  const lines = output.split("\n");
  const heads = lines.flatMap((line, index) => {
    const match = HEAD.exec(line);
    return match === null ? [] : [{ index, none: match[1], sha: match[2], at: match[3] }];
  });
  const [head, second] = heads;
  if (head === undefined || second !== undefined) return undefined;
  if (head.none !== undefined) return { kind: "none" };
  const sha = Sha.safeParse(head.sha);
  const author = wordsAfter("author ", lines[head.index + 1]);
  const subject = wordsAfter("subject ", lines[head.index + 2]);
  if (!sha.success || author === undefined || subject === undefined) return undefined;
  return {
    kind: "checkout",
    release: { sha: sha.data, author, subject, committedAt: Number(head.at) * 1000 },
  };
}

function wordsAfter(start: string, line: string | undefined): string | undefined {
  return line?.startsWith(start) ? line.slice(start.length, start.length + TEXT_LENGTH) : undefined;
}
