import { Command, CommanderError, Option } from "commander";
import { REPOSITORY, startSandbox } from "../start-sandbox.js";
import { startWeb } from "../web/start-web.js";
import { DEMO_ENVIRONMENTS, watched, withSandboxFiles } from "./demo-environments.js";
import { createNarrator } from "./narrator.js";
import { createPageActions } from "./page-actions.js";
import { playIncident } from "./play-incident.js";
import { playProduction } from "./play-production.js";
import { playScript } from "./play-script.js";

interface DemoOptions {
  /** True without a name. */
  readonly script?: true | "uat" | "prod" | "incident";
  readonly language: "en" | "fr";
  readonly port: string;
  readonly verbose?: true;
}

const program = new Command("demo")
  .description("Slipway in a sandbox: no account, everything on this machine, nothing left behind.")
  .addOption(
    new Option(
      "--script [name]",
      "play without a browser and exit 0 when the host serves the right commits; uat: /deploy uat and a push, prod: an approved release and its rollback, by two people; incident: an application that stops, its alert and its recovery",
    ).choices(["uat", "prod", "incident"]),
  )
  .addOption(
    new Option("--language <language>", "of the channel's messages").choices(["en", "fr"]).default("en"),
  )
  .option("--port <port>", "of the sandbox page; 0 lets the system choose", "4800")
  .option("--verbose", "print the bot's log, too")
  .exitOverride();

try {
  const options = program.parse().opts<DemoOptions>();
  process.exitCode = await run(options);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}

async function run(options: DemoOptions): Promise<number> {
  const narrator = createNarrator(process.stdout, process.env, options.language);
  narrator.remark("Starting Discord and GitHub stand-ins, a target host, Redis and the bot…");
  const sandbox = await startSandbox({
    language: options.language,
    environments: isWatched(options) ? watched(DEMO_ENVIRONMENTS) : DEMO_ENVIRONMENTS,
    configure: withSandboxFiles,
  });
  narrator.meet(sandbox.discord);
  try {
    if (options.verbose) sandbox.bot.onLine((line) => narrator.log(line));
    if (options.script === "incident") return (await playIncident(sandbox, narrator)) ? 0 : 1;
    if (options.script === "prod") return (await playProduction(sandbox, narrator)) ? 0 : 1;
    if (options.script !== undefined) return (await playScript(sandbox, narrator)) ? 0 : 1;
    return await serve(sandbox, Number(options.port), narrator);
  } finally {
    await sandbox.close();
  }
}

/** The scripts of deployments count messages: an alert between two of them would come by chance. */
function isWatched({ script }: DemoOptions): boolean {
  return script === undefined || script === "incident";
}

/** Shows the page until Ctrl-C. */
async function serve(
  sandbox: Awaited<ReturnType<typeof startSandbox>>,
  port: number,
  narrator: ReturnType<typeof createNarrator>,
): Promise<number> {
  const { discord, github } = sandbox;
  // The first commit is as good as those that are pushed from the page: it can be promoted at once.
  const sha = await github.headOf(REPOSITORY, "main");
  github.setChecks(REPOSITORY, sha, { runs: [{ name: "tests", conclusion: "success" }] });
  const web = await startWeb({ discord, github, actions: createPageActions(sandbox), port });
  narrator.remark(`Open ${web.url} and type /deploy uat, or stop an application. Ctrl-C ends it.`);
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  narrator.remark("Stopping…");
  await web.close();
  return 0;
}
