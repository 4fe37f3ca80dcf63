#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

/**
 * Slipway waits most of the time. Without these V8 keeps a third more memory than it needs, for a throughput that
 * nobody asks of it (docs/performance.md). They count only before the rest is loaded.
 */
setFlagsFromString("--max-semi-space-size=2");
setFlagsFromString("--optimize-for-size");

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
