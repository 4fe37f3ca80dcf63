import { join } from "node:path";
import type { Channel, DiscordStandIn } from "../../sandbox/discord/types.js";
import type { GitHubStandIn } from "../../sandbox/github/types.js";
import { findProgram } from "../../sandbox/host/find-program.js";
import { runProgram } from "../../sandbox/host/run-program.js";
import { startTargetHost } from "../../sandbox/host/start-target-host.js";
import { startTcpLink, type TcpLink } from "../../sandbox/host/tcp-link.js";
import type { TargetHost } from "../../sandbox/host/types.js";
import type { HostTruth } from "../history/history.js";
import { readExecutions } from "../oracle/read-executions.js";
import { readHostTruth } from "../oracle/read-host-truth.js";
import { installOracle } from "../oracle/step-script.js";
import { Closers } from "./closers.js";

/** One environment with a host, a link and a channel of its own: what strikes one lane leaves the others alone. */
export interface Lane {
  readonly environment: string;
  readonly host: TargetHost;
  /** The way from the bots to the host. */
  readonly link: TcpLink;
  readonly channel: Channel;
  /** The git checkout on the host. */
  readonly checkout: string;
  /** The file to which the steps append. */
  readonly executions: string;
  /** Where the durable runs of the host lie. */
  readonly runs: string;
  /** argv of a step that is its own witness. */
  oracleStep(name: string): readonly string[];
  /** A person moves the checkout to the commit before its own, if there is one, and restarts nothing. */
  moveByHand(): Promise<void>;
  /** What the host has at this moment. */
  truth(): Promise<HostTruth>;
  /** What a person does who has looked at the host after a deployment broke off: the checkout is clean again. */
  mendCheckout(): Promise<void>;
  close(): Promise<void>;
}

export async function startLane(
  environment: string,
  discord: DiscordStandIn,
  github: GitHubStandIn,
  repository: string,
): Promise<Lane> {
  const closers = new Closers();
  const host = closers.closing(await startTargetHost({ name: environment }));
  const link = closers.closing(await startTcpLink(host.port));
  await github.createBranch(repository, environment, await github.headOf(repository, "main"));
  const checkout = join(host.directory, "srv", "shop");
  const git = findProgram("git");
  await runProgram([git, "clone", "--quiet", github.cloneUrl(repository), checkout]);
  const oracle = await installOracle(host);
  let movedAfter = 0;
  return {
    ...{ environment, host, link, checkout },
    channel: discord.addChannel(environment),
    executions: oracle.log,
    runs: join(host.home, ".slipway", "runs"),
    oracleStep: (name) => oracle.argv(environment, name),
    async moveByHand() {
      // A rollback may have brought it back to the very first commit.
      if ((await runProgram([git, "-C", checkout, "rev-list", "--count", "HEAD"])) === "1") return;
      movedAfter = (await readExecutions(oracle.log)).length;
      await runProgram([git, "-C", checkout, "reset", "--quiet", "--hard", "HEAD~1"]);
    },
    truth: () => readHostTruth({ checkout, executions: oracle.log }, movedAfter),
    async mendCheckout() {
      await runProgram(["rm", "-f", join(checkout, ".git", "index.lock")]);
      await runProgram([git, "-C", checkout, "reset", "--quiet", "--hard"]);
    },
    close: () => closers.closeAll(),
  };
}
