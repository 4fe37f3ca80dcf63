/**
 * The shape of `slipway.yaml`. Every object is strict: a key that Slipway does not know is a mistake, never
 * something to skip. References between parts (hosts, jump hosts) are checked in `references.ts`.
 */
import { z } from "zod";
import { command, diagnostic, restart, secrets } from "./command-schema.js";
import { HealthCheckConfig } from "./health-schema.js";
import { LogSource } from "./logs-schema.js";
import { monitor } from "./monitor-schema.js";
import { SecretReference } from "./secret-reference.js";
import {
  absolutePath,
  argv,
  atLeastOne,
  branch,
  cron,
  duration,
  httpUrl,
  longDuration,
  memorySize,
  name,
  ref,
  snowflake,
  timeZone,
} from "./values.js";

const gitStrategy = z
  .strictObject({
    type: z.literal("git").describe("How the release reaches the hosts."),
    directory: absolutePath.describe("The git checkout on the host, as an absolute path."),
    remote: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/, "use the name of a git remote, such as origin")
      .default("origin")
      .describe("The git remote of the checkout that the commit is fetched from."),
    submodules: z
      .enum(["recursive", "none"])
      .default("recursive")
      .describe(
        "Whether the submodules of the commit are moved with it, those within them included. One that the checkout has not initialised stays so.",
      ),
    fetchTimeout: duration.prefault("30m").describe("How long fetching the commit may take."),
    checkoutTimeout: duration
      .prefault("30m")
      .describe("How long moving the checkout may take, with its submodules and filters such as Git LFS."),
    minimumFreeMegabytes: z
      .int()
      .min(0)
      .default(200)
      .describe("Refuse to deploy with less free disk space, in megabytes."),
    before: z.array(command).default([]).describe("Run after the checkout moved and before the restart."),
    restart,
    after: z.array(command).default([]).describe("Run once the health checks passed."),
    diagnostics: z
      .array(diagnostic)
      .default([])
      .describe("Run when a step failed; their output is attached. They get no `secrets`."),
  })
  .describe("Moves a git checkout on each host to the exact commit and restarts the application.");

const strategy = z.discriminatedUnion("type", [gitStrategy]);

const ownTimeZone = timeZone
  .optional()
  .describe("The time zone of the cron expression. Without it: that of the file.");

const schedule = z
  .strictObject({ cron, timeZone: ownTimeZone })
  .describe("Deploys the environment's ref at fixed times.");

const triggers = z
  .strictObject({
    push: branch.optional().describe("A push to this branch deploys the head of the branch."),
    replaceWaiting: z
      .boolean()
      .default(true)
      .describe(
        "A newer push supersedes one that is still queued. A running deployment is never superseded.",
      ),
    schedule: schedule.optional(),
  })
  .describe("What starts a deployment without a person.");

const approval = z
  .strictObject({
    quorum: z.int().min(1).max(5).default(1).describe("How many different people must approve."),
    requesterMayApprove: z.boolean().default(false).describe("Whether the person who asked counts."),
    expiresAfter: duration.prefault("30m").describe("How long a request waits for its approval."),
    rollbacks: z.boolean().default(false).describe("Whether a rollback needs an approval, too."),
    checklist: z
      .array(z.string().min(1).max(200))
      .max(10)
      .default([])
      .describe("Lines that the approval message shows, for people to go through."),
  })
  .describe("Makes the environment protected: each deployment needs somebody who types DEPLOY.");

const freezeWindow = z
  .strictObject({
    starts: cron,
    lasts: longDuration.describe("From each start on."),
    timeZone: ownTimeZone,
    reason: z.string().min(1).max(200).describe("Told to those who are refused."),
  })
  .describe("A time in which nothing is deployed. Rollbacks are.");

const backup = z
  .strictObject({
    run: argv,
    host: name.optional().describe("Where it runs. Without it: the environment's first host."),
    artifact: absolutePath.describe("The file that the backup leaves: it must be there, and not empty."),
    timeout: duration.prefault("10m").describe("How long the backup may take."),
    secrets,
  })
  .describe("Made before anything is changed; without a proven backup nothing is deployed.");

const lockPolicy = z
  .strictObject({
    ownerMayDeploy: z.boolean().default(true).describe("Whether the lock's owner may still deploy."),
    approversMayDeploy: z.boolean().default(false).describe("Whether approvers may still deploy."),
  })
  .describe("What a lock held by a person stops.");

const failures = z
  .strictObject({
    mention: z
      .boolean()
      .default(true)
      .describe(
        "Whether a failed, interrupted or automatically rolled back deployment mentions the person who requested it.",
      ),
    role: snowflake
      .optional()
      .describe(
        "The role to mention where that person is not known: pushes without an entry in `people`, schedules.",
      ),
  })
  .describe("Who is notified when a deployment fails.");

const githubLogin = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?$/, "use a GitHub login, without @")
  .meta({ title: "GitHub login" });

/** `/lock all` means every environment, so none can be called so. */
const environmentName = name.refine(
  (text) => text !== "all",
  "use another name: all means every environment",
);

const environment = z
  .strictObject({
    hosts: z.array(name).min(1, "name at least one host").describe("Names from the `hosts` section."),
    ref: ref.optional().describe("What `/deploy` takes when no ref is typed. Without it: the project's."),
    strategy,
    health: z
      .array(HealthCheckConfig)
      .default([])
      .describe("What must hold after the restart, and from then on."),
    url: httpUrl.optional().describe("Linked in the status message."),
    channel: snowflake
      .optional()
      .describe("Where its messages go. Without it: the project's, then Discord's."),
    roles: z
      .strictObject({
        deploy: z.array(snowflake).min(1, "name at least one role").describe("Who may deploy."),
        approve: z.array(snowflake).min(1, "name at least one role").optional().describe("Who may approve."),
        logs: z
          .array(snowflake)
          .min(1, "name at least one role")
          .optional()
          .describe("Who may read logs. Without it: those who deploy or approve."),
      })
      .describe("Discord role ids, by what they may do here."),
    triggers: triggers.prefault({}),
    from: name
      .optional()
      .describe("Only what runs, validated, on this environment of the project may be deployed here."),
    approval: approval.optional(),
    outdated: z
      .enum(["allow", "warn", "refuse"])
      .default("warn")
      .describe("What happens to a commit that is behind the environment's ref."),
    freeze: z.array(freezeWindow).max(20).default([]).describe("Times in which nothing is deployed."),
    backup: backup.optional(),
    locks: lockPolicy.prefault({}),
    failures: failures.prefault({}),
    monitor: monitor.prefault({}),
    logs: z.array(LogSource).max(25).default([]).describe("What `/logs` may show."),
  })
  .describe("One place where the application runs: uat, preprod, staging, prod…");

const project = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/, "use owner/name")
      .describe("The GitHub repository, owner/name."),
    repositoryId: z
      .int()
      .positive()
      .optional()
      .describe(
        "GitHub's numeric id of the repository. Default: learned once. Set it only where another repository has taken the name and is the one to deploy.",
      ),
    ref: ref.default("main").describe("The default ref of its environments."),
    channel: snowflake.optional().describe("Where its messages go. Without it: Discord's."),
    ci: z
      .enum(["required", "ignored"])
      .default("required")
      .describe("Whether a release needs green checks on GitHub to count as validated."),
    environments: atLeastOne(
      z.record(environmentName, environment),
      "name at least one environment",
    ).describe("Its environments, by name."),
  })
  .describe("One application: a GitHub repository and its environments.");

const key = SecretReference.describe(
  "Where the private key comes from. The key itself never stands in this file.",
);

const host = z
  .strictObject({
    address: z
      .string()
      .regex(
        /^[A-Za-z0-9_][A-Za-z0-9_.-]*$|^[A-Fa-f0-9:.]*:[A-Fa-f0-9:.]*$/,
        "use a host name or an IP address",
      )
      .describe("A host name or an IP address."),
    port: z.int().min(1).max(65535).default(22).describe("The port of sshd."),
    user: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "use a plain user name")
      .describe("The user on the host."),
    key,
    hostKeys: z
      .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, "use SHA256:… as `ssh-keygen -lf` prints it"))
      .min(1, "write at least one fingerprint")
      .optional()
      .describe("Accepted host keys, as SHA256 fingerprints. Either this or `knownHosts`."),
    knownHosts: z
      .string()
      .min(1)
      .optional()
      .describe("A known_hosts file that holds the host's keys; relative to the configuration file."),
    jump: name.optional().describe("The host that the connection goes through."),
  })
  .describe("A machine reached over SSH.");

const execution = z
  .strictObject({
    directory: z
      .string()
      .regex(
        /^(?:~\/|\/)?[A-Za-z0-9_.][A-Za-z0-9_./-]*$/,
        "use a plain path, such as ~/.slipway or /var/lib/slipway",
      )
      .default("~/.slipway")
      .describe("Where Slipway keeps its runner and its runs on each host; runs lie in `runs` below it."),
    grace: duration.prefault("10s").describe("From TERM to KILL, for a command that is stopped."),
    patience: duration
      .prefault("15m")
      .describe("How long a host may stay out of reach before the state of its command counts as unknown."),
    log: memorySize
      .prefault("64MB")
      .describe(
        "How much of the output of one step a host keeps on its disk: the beginning and the end. The middle of a longer " +
          "log is dropped while the step runs.",
      ),
    keepRuns: z.int().min(1).max(10_000).default(200).describe("How many runs keep their output on a host."),
    keepFor: longDuration
      .prefault("14d")
      .describe("How long a host remembers a run. Longer than any deployment may be broken off."),
  })
  .describe("How commands run on the hosts.");

const worker = z
  .strictObject({
    lock: duration
      .prefault("15s")
      .describe(
        "How long a job belongs to a worker that does not renew it. A process that is silent for 6 seconds counts as dead and loses its jobs before that.",
      ),
    stalledCheck: duration.prefault("5s").describe("How often workers look for such jobs."),
  })
  .describe("How soon another worker takes over from one that was killed.");

const storage = z
  .strictObject({
    logs: memorySize
      .prefault("256MB")
      .describe(
        "How much memory of Redis the logs of all deployments may take. Those that ended first are dropped first, " +
          "the log of a running deployment never.",
      ),
  })
  .describe("What Slipway keeps in Redis.");

const file = z.strictObject({
  language: z.enum(["en", "fr"]).default("en").describe("The language of channel messages."),
  timeZone: timeZone
    .default("UTC")
    .describe(
      "Where days and months begin, and where the clocks are of all cron expressions that name no other one.",
    ),
  discord: z
    .strictObject({
      guild: snowflake.describe("The server that Slipway works for."),
      channel: snowflake.describe("Where messages go unless a project or environment says otherwise."),
    })
    .describe("Where Slipway lives in Discord."),
  people: z
    .record(githubLogin, snowflake)
    .default({})
    .describe("Discord user ids by GitHub login: who is notified when a deployment of their push fails."),
  hosts: atLeastOne(z.record(name, host), "name at least one host").describe("The machines, by name."),
  execution: execution.prefault({}),
  worker: worker.prefault({}),
  storage: storage.prefault({}),
  projects: atLeastOne(z.record(name, project), "name at least one project").describe(
    "The applications, by name.",
  ),
});

/** Whoever writes where he is means it of all his clocks. */
function withTimeZones(written: z.output<typeof file>) {
  const { timeZone } = written;
  const here = <T extends { readonly timeZone?: string | undefined }>(part: T) => ({
    ...part,
    timeZone: part.timeZone ?? timeZone,
  });
  const projects = mapValues(written.projects, (project) => ({
    ...project,
    environments: mapValues(project.environments, ({ triggers, freeze, monitor, ...environment }) => {
      const { schedule, ...others } = triggers;
      return {
        ...environment,
        triggers: { ...others, ...(schedule && { schedule: here(schedule) }) },
        freeze: freeze.map(here),
        monitor: here(monitor),
      };
    }),
  }));
  return { ...written, projects };
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** What `slipway.yaml` holds, with the defaults filled in. */
export const Config = file
  .transform(withTimeZones)
  .meta({ title: "slipway.yaml", description: "What Slipway deploys, where to, and who may ask for it." });

export type Config = z.output<typeof Config>;
export type ProjectConfig = Config["projects"][string];
export type EnvironmentConfig = ProjectConfig["environments"][string];
export type HostConfig = Config["hosts"][string];
export type StrategyConfig = EnvironmentConfig["strategy"];
export type CommandConfig = z.output<typeof command>;
export type FreezeWindowConfig = EnvironmentConfig["freeze"][number];
export type Language = Config["language"];
