#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

/**
 * Slipway waits most of the time: its young objects need no room to grow (docs/performance.md), and what a step with
 * a large log leaves behind is collected before the heap has doubled. Counts only before the rest is loaded.
 */
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=50");

/** Counts for every connection that is dialled after it. */
const { patientDials } = await import("./network/open-socket.js");
patientDials();

const EXIT_AFTER_MS = 500;

/** Loaded when the bot starts: `check` and `--help` answer without them. */
async function loadContents() {
  const [{ commands }, { jobs }] = await Promise.all([
    import("../commands/index.js"),
    import("../jobs/index.js"),
  ]);
  return { commands, jobs };
}

const { runCli } = await import("./cli.js");
process.exitCode = await runCli(process.argv, loadContents);
// All is done. What would still keep the process is a link to a Redis that is away, which BullMQ cannot close.
setTimeout(() => process.exit(), EXIT_AFTER_MS).unref();
