#!/usr/bin/env node
import { runCli } from "./cli.js";

/** Loaded when the bot starts: `check` and `--help` answer without them. */
async function loadContents() {
  const [{ commands }, { jobs }] = await Promise.all([
    import("../commands/index.js"),
    import("../jobs/index.js"),
  ]);
  return { commands, jobs };
}

process.exitCode = await runCli(process.argv, loadContents);
