import { command } from "./command-names.js";
import type { NextWords, Offered } from "./next-words.js";

export const nextWordsEn: NextWords = {
  succeeded: (url) => `Have a look: ${url}`,
  lockedAfterRollback: (environment, until) =>
    `🔒 This rollback locked **${environment}** for 24 hours, until ${until}. Others can deploy after that, or once the lock is removed with ${command("unlock", "en")}.`,
  failed: (offered, typed) => ["Fix the cause.", ...buttons(offered), again(offered, typed)].join(" "),
  cancelled: (offered) => ["Check the hosts above.", ...buttons(offered)].join(" "),
  askAgain: (offered, typed) =>
    ["Still needed? Review the current state.", ...buttons(offered), again(offered, typed)].join(" "),
  refMoved: (typed) => `Still needed? Review the new commits, then request them: ${typed}.`,
  unknownHostKey:
    "If the host was reinstalled, compare this fingerprint on the host itself, then add it to `hostKeys`. Otherwise stop: the connection may be intercepted.",
  indeterminate: (rollback) =>
    `Check the hosts first. Slipway will not continue on its own. **Mark failed** closes the deployment, **Run again** retries the interrupted step${rollback ? ", **Roll back** restores the previous release" : ""}.`,
  superseded: (number) => `Replaced by a newer push: deployment #${number}.`,
  command: {
    deploy: command("deploy", "en"),
    promote: command("promote", "en"),
    rollback: command("rollback", "en"),
  },
  option: {
    environment: "environment",
    project: "project",
    ref: "ref",
    "break-glass": "break-glass",
    from: "from",
    to: "to",
  },
};

function buttons({ retry, rollback }: Offered): readonly string[] {
  return [
    ...(retry ? ["**Retry** makes the same request for the same commit."] : []),
    ...(rollback ? ["**Roll back** restores the previous release."] : []),
  ];
}

function again({ retry }: Offered, typed: string): string {
  return retry ? `For another commit: ${typed}.` : `Then request it again: ${typed}.`;
}
