#!/usr/bin/env node
import { commands } from "../commands/index.js";
import { jobs } from "../jobs/index.js";
import { runCli } from "./cli.js";

process.exitCode = await runCli(process.argv, { commands, jobs });
