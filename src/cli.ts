import { existsSync, readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import type { RedisPlace } from "./audit/open-redis.js";
import type { BotOptions } from "./bot-options.js";
import { readEnvironment } from "./config/environment.js";
import { formatFaults, wantsColor } from "./config/format-faults.js";
import { formatEnvironmentFaults } from "./config/variables.js";
import { ROLES, type Role } from "./role.js";
import type { Secret } from "./secret.js";
import { readSetup, type Setup } from "./setup.js";
import { StartFaultError } from "./start-fault-error.js";

/** Wrong configuration or wrong use. */
const EXIT_USAGE = 2;

/** The commands and jobs that the bot is made of. */
type LoadContents = () => Promise<Pick<BotOptions, "commands" | "jobs">>;

/** @returns the exit code */
export async function runCli(argv: readonly string[], loadContents: LoadContents): Promise<number> {
  let exitCode = 0;
  const program = new Command("slipway")
    .description("Deploys from Discord and GitHub over SSH.")
    .version(readVersion(), "-V, --version", "print the version")
    .addHelpText("after", HELP_AFTER)
    .exitOverride();
  program
    .command("start")
    .description("start the bot")
    .addOption(new Option("--role <role>", "what this process does").choices(ROLES).default("all"))
    .action(async ({ role }: { role: Role }) => {
      exitCode = await start(role, loadContents);
    });
  program
    .command("check")
    .description("check the configuration and the secrets without starting anything")
    .action(async () => {
      exitCode = await check();
    });
  const audit = program.command("audit").description("read the audit log");
  audit
    .command("verify")
    .description("find a changed or missing entry: exit 0 when the log is intact, 1 when it is broken")
    .option("--file <export>", "verify an export instead of the log itself")
    .action(async ({ file }: { file?: string }) => {
      exitCode = await withPlace(async (place) => (await loadAudit()).verifyAudit({ ...place, file }));
    });
  audit
    .command("export")
    .description("print the whole log as JSON Lines")
    .action(async () => {
      exitCode = await withPlace(async (place) => (await loadAudit()).exportAudit(place));
    });
  program
    .command("repair")
    .description("list what this version cannot read in Redis, and set it aside")
    .option("--apply", "move it to keys slipway:quarantine:TIME:…; without this, nothing is changed")
    .addHelpText("after", REPAIR_HELP)
    .action(async ({ apply = false }: { apply?: boolean }) => {
      exitCode = await withPlace(async (place) =>
        (await import("./repair/repair-command.js")).repair({ ...place, apply }),
      );
    });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return exitCode;
}

/** The version of the nearest package.json: it lies above `src` and above `dist/src`. */
function readVersion(): string {
  const files = ["../package.json", "../../package.json"].map((path) => new URL(path, import.meta.url));
  const file = files.find((url) => existsSync(url));
  const parsed: unknown = file === undefined ? undefined : JSON.parse(readFileSync(file, "utf8"));
  const version: unknown =
    typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "version") : undefined;
  return typeof version === "string" ? version : "unknown";
}

const REPAIR_HELP = `
An environment whose records cannot be read takes no deployments. Read the list first, then run it with --apply, or
type /unlock in Discord for one environment. Nothing is deleted: what is set aside keeps its content, and RENAME brings
it back.
Exit codes: 0 everything can be read or was set aside, 1 something was only listed, 2 Redis could not be read.`;

const HELP_AFTER = `
Environment:
  SLIPWAY_CONFIG          the configuration file (slipway.yaml)
  DISCORD_TOKEN           the bot's token
  GITHUB_TOKEN            reads refs and commits; needed for private repositories
  GITHUB_WEBHOOK_SECRET   signs webhooks; several, separated by white space, while one is changed
  REDIS_URL               a Redis to use; without one Slipway starts its own in SLIPWAY_DATA (data)
  HTTP_HOST, HTTP_PORT    where webhooks and health checks are served (127.0.0.1, 8080)
  LOG_LEVEL               trace, debug, info, warn, error, fatal, silent (info)
Each secret can also be given as NAME_FILE: the path of a file that holds it.`;

async function check(): Promise<number> {
  const setup = await readSetup("all");
  if (setup.kind === "invalid") return refuse(setup.report);
  for (const warning of setup.warnings) console.warn(warning);
  if (setup.advice.length > 0) {
    const color = wantsColor(process.stderr, process.env);
    console.warn(formatFaults(setup.advice, { color, kind: "warning" }));
  }
  console.log(`${setup.settings.configFile} is valid: ${setup.summary}.`);
  return checkRedisUrl(setup.settings.redisUrl);
}

/** A Redis that is away for now is waited for by the start, and may be out of reach from where this runs. */
async function checkRedisUrl(url: Secret | undefined): Promise<number> {
  if (url === undefined) return 0;
  const [{ tryRedis }, { pino }] = await Promise.all([import("./redis/connect.js"), import("pino")]);
  const verdict = await tryRedis(url, pino({ level: "silent" }));
  if (verdict.kind === "refused") return refuse(`REDIS_URL: ${verdict.words}`);
  if (verdict.kind === "away")
    console.warn(`REDIS_URL: Redis was not checked, it is out of reach: ${verdict.words}`);
  return 0;
}

function loadAudit() {
  return import("./audit/verify-command.js");
}

/** The audit log needs no configuration file, only where Redis is. */
async function withPlace(run: (place: RedisPlace) => Promise<number>): Promise<number> {
  const environment = readEnvironment(process.env, { discord: false, webhookSecret: false });
  if (environment.kind === "invalid") return refuse(formatEnvironmentFaults(environment.faults));
  const { redisUrl, dataDirectory } = environment.settings;
  return run({ redisUrl, dataDirectory });
}

async function start(role: Role, loadContents: LoadContents): Promise<number> {
  const setup = await readSetup(role);
  if (setup.kind === "invalid") return refuse(setup.report);
  return run(role, setup, loadContents);
}

function refuse(report: string): number {
  console.error(report);
  return EXIT_USAGE;
}

/** Runs until a signal ends it. */
async function run(role: Role, setup: Setup, loadContents: LoadContents): Promise<number> {
  const [{ startBot }, { createLogger, logLastWords }, contents] = await Promise.all([
    import("./compose.js"),
    import("./logger.js"),
    loadContents(),
  ]);
  const { redactor, settings } = setup;
  const logger = createLogger({ level: settings.logLevel, redact: (line) => redactor.redact(line) });
  for (const warning of setup.warnings) logger.warn(warning);
  if (setup.advice.length > 0)
    logger.warn(
      { warnings: setup.advice.length },
      "the configuration has warnings: slipway check shows them",
    );
  logLastWords(logger);
  const stopSignal = nextSignal();
  const bot = startBot({ role, ...setup, logger, ...contents });
  try {
    const signal = await Promise.race([stopSignal, bot.started.then(() => stopSignal)]);
    logger.info({ signal }, "stopping");
    return 0;
  } catch (error) {
    const cause = error instanceof StartFaultError ? { reason: error.message } : { err: error };
    logger.fatal(cause, "Slipway could not start");
    return 1;
  } finally {
    await bot.stop();
    logger.info("stopped");
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, resolve);
  });
}
