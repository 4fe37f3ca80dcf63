import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSE_VERSIONS } from "../../sandbox/docker/docker-client.js";
import { type DockerDaemon, startDocker } from "../../sandbox/docker/start-docker.js";
import {
  type RawEnvironment,
  REPOSITORY,
  type Sandbox,
  type SandboxWorld,
  startSandbox,
} from "../../sandbox/start-sandbox.js";
import { LogStore } from "../../src/deployments/log-store.js";
import { DeploymentStore } from "../../src/deployments/store.js";
import { deploy, messageSaying, textOf } from "../e2e/support.js";
import { COMPOSE_FILE, composeFile, containerName } from "./compose-host.js";

const PROGRAMS = { v1: ["docker-compose"], v2: ["docker", "compose"] };
/** v1 has no word for waiting. */
const UP = { v1: ["up", "-d"], v2: ["up", "-d", "--wait"] };
const WAIT = { timeoutMs: 90_000 };

describe.each(COMPOSE_VERSIONS)("a deployment that restarts with Compose %s", (version) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  const up = [...PROGRAMS[version], ...UP[version]];
  const restart = [...PROGRAMS[version], "restart", "--timeout", "1"];
  let daemon: DockerDaemon;
  let sandbox: Sandbox;
  let redis: Redis;
  let deployments = 0;

  beforeAll(async () => {
    daemon = await startDocker();
    cleanups.push(() => daemon.close());
    sandbox = await startSandbox({
      environments: {
        uat: { strategy: { restart: { run: up }, diagnostics: [] } },
        preprod: { strategy: { before: [{ run: up }], restart: { run: restart }, diagnostics: [] } },
      },
      hostEnvironment: daemon.environment(version),
      configure: (config, world) => {
        const { shop } = config["projects"] as { shop: { environments: Record<string, RawEnvironment> } };
        for (const [name, environment] of Object.entries(shop.environments))
          environment["health"] = [{ type: "compose", directory: directoryOf(world, name), interval: "1s" }];
        return config;
      },
    });
    cleanups.push(() => sandbox.close());
    redis = new Redis(sandbox.redis.url);
    cleanups.push(async () => redis.disconnect());
  });
  afterAll(async () => {
    for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
  });

  /** Deploys a commit of a Compose file. @returns the message once it holds the words, and the whole log */
  async function deployed(environment: string, file: string, words: string) {
    const files = { [COMPOSE_FILE]: file };
    await sandbox.github.commit(REPOSITORY, { branch: "main", message: "Change the containers", files });
    const number = ++deployments;
    await deploy(sandbox, { environment });
    const message = await messageSaying(sandbox, number, words, { environment, ...WAIT });
    return { message, log: await logOf(environment) };
  }

  async function logOf(environment: string): Promise<string> {
    const [record] = await new DeploymentStore(redis).newest({ project: "shop", environment }, 1);
    return (await new LogStore(redis).read(record?.id ?? "")).toString();
  }

  const release = (name: string) =>
    composeFile(daemon.image, {
      web: {
        environment: { RELEASE: name },
        healthcheck: { test: ["CMD", "true"], interval: "200ms" },
      },
      worker: {},
    });

  const inspect = (environment: string, format: string) =>
    daemon.docker("inspect", "--format", format, containerName(version, environment, "web"));

  it("runs the containers of the commit, and keeps what Compose printed in readable lines", async () => {
    const first = await deployed("uat", release("first"), "succeeded ✅");
    const second = await deployed("uat", release("second"), "succeeded ✅");

    expect(await inspect("uat", "{{.Config.Env}} {{.State.Status}}")).toMatch(/RELEASE=second.* running/);
    for (const { log } of [first, second]) expect(log).not.toMatch(UNREADABLE);
    expect(first.log).toMatch(/^.*\buat[-_]web[-_]1\b.*$/m);
    expect(second.log).toMatch(/^.*\bRecreat.*$/m);
  });

  it("restarts the containers that run", async () => {
    await deployed("preprod", release("first"), "succeeded ✅");
    const before = await inspect("preprod", "{{.Id}} {{.State.StartedAt}}");
    const { log } = await deployed("preprod", release("first"), "succeeded ✅");
    const after = await inspect("preprod", "{{.Id}} {{.State.StartedAt}}");

    const [[id, started], [sameId, startedAgain]] = [before.split(" "), after.split(" ")];
    expect(sameId).toBe(id);
    expect(startedAgain).not.toBe(started);
    expect(log).not.toMatch(UNREADABLE);
    expect(log).toMatch(/^.*\bpreprod[-_]web[-_]1\b.*$/m);
  });

  it.each([
    {
      fault: "is no YAML",
      file: "services:\n  web:\n    image: a: b\n",
      says: /^.*mapping values are not allowed[^`]*line 3|line 3: mapping values are not allowed/m,
    },
    {
      fault: "has a wrong value",
      file: "services:\n  web:\n    image: [a]\n",
      says: /services\.web\.image (?:must be a string|contains an invalid type)/,
    },
    {
      fault: "names an image that cannot be pulled",
      // Nothing listens at port 1.
      file: composeFile("127.0.0.1:1/image:1", { web: {} }),
      says: /127\.0\.0\.1:1: connect: connection refused/,
    },
    {
      fault: "names a program that is not in the image",
      file: composeFile("slipway-busybox", { web: { command: ["no-such-program"] } }),
      says: /exec: "no-such-program": executable file not found/,
    },
  ])("fails, and its message has the line that helps, where the file $fault", async ({ file, says }) => {
    const { message, log } = await deployed("uat", file, "failed");

    expect(textOf(message)).toContain("Failed at **Restart** · web-1");
    expect(textOf(message)).toMatch(says);
    expect(log).toMatch(says);
    expect(log).not.toMatch(UNREADABLE);
  });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]|\r(?!\n)/;

function directoryOf({ apps }: SandboxWorld, environment: string): string {
  const app = apps[environment];
  if (app === undefined) throw new Error(`There is no app for ${environment}.`);
  return app.directory;
}
