import { certainOf } from "../../src/deployments/running.js";
import type { StoredRunning } from "../../src/deployments/running-store.js";
import type { Oracle } from "./oracle.js";
import type { HostMemory } from "./recording-host.js";
import { directoryOf } from "./settings.js";

/**
 * Compares what Slipway says with what the hosts really have. Whatever it says for certain must be so; that it does not
 * know is no lie, unless everything came to rest and the last restart ended well.
 */
export function judgeRunning(
  oracle: Oracle,
  hosts: HostMemory,
  all: readonly StoredRunning[],
  atRest: boolean,
): void {
  for (const { project, environment, hosts: entries } of all) {
    for (const [host, stored] of entries) {
      const truth = hosts.truth(host, directoryOf({ project, environment }));
      const facts = { project, environment, host, stored, truth };
      if (stored.kind !== "known") {
        oracle.violate("what is stored of a host can be read", facts);
        continue;
      }
      const { files } = stored.entry;
      const application = certainOf(stored.entry);
      if (application.kind === "release" && application.release.sha !== truth.application)
        oracle.violate("what is said to run runs", facts);
      if (application.kind === "nothing" && truth.application !== undefined)
        oracle.violate("nothing runs where nothing is said to run", facts);
      if (files?.kind === "at" && files.sha !== truth.files)
        oracle.violate("HEAD is what it is said to be", facts);
      if (atRest && truth.restart?.endedWell === true && application.kind !== "release")
        oracle.violate("what was restarted and ended well is known at rest", facts);
    }
  }
}
