import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageView } from "../../sandbox/discord/types.js";
import { COMPOSE_VERSIONS } from "../../sandbox/docker/docker-client.js";
import { type DockerDaemon, startDocker } from "../../sandbox/docker/start-docker.js";
import { type RawConfig, type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";
import { headlines, MonitorAccess, QUICK_MONITOR } from "../e2e/monitoring-scene.js";
import { textOf } from "../e2e/support.js";
import { ComposeHost, type ComposeProject, containerName } from "./compose-host.js";

const WAIT = { timeoutMs: 60_000 };
const WAIT_POLL = { timeout: 60_000 };

describe.each(COMPOSE_VERSIONS)("the bot that watches a Compose project, with Compose %s", (version) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let daemon: DockerDaemon;
  let sandbox: Sandbox;
  let monitor: MonitorAccess;
  let project: ComposeProject;

  beforeAll(async () => {
    daemon = await startDocker();
    cleanups.push(() => daemon.close());
    sandbox = await startSandbox({
      environments: { uat: {} },
      hostEnvironment: daemon.environment(version),
      configure: (config, { host, roles }) => {
        const directory = path.join(host.directory, "srv", `watched-${version}`);
        return watching(
          config,
          directory,
          containerName(version, `watched-${version}`, "web"),
          roles.developer.id,
        );
      },
    });
    cleanups.push(() => sandbox.close());
    const host = await ComposeHost.on(sandbox.host, daemon, version);
    cleanups.push(() => host.runner.close());
    project = await host.project("watched", {
      web: { command: ["sh", "-c", "echo Bonjour été; echo on stderr >&2; exec sleep 600"] },
      worker: {},
    });
    await project.compose("up", "-d");
    monitor = new MonitorAccess(sandbox);
    cleanups.push(() => monitor.close());
  });
  afterAll(async () => {
    for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
  });

  function message(words: string | RegExp): Promise<MessageView> {
    const says = ({ content }: MessageView) => content.search(words) >= 0;
    return sandbox.discord.waitForMessage(sandbox.channel.id, says, WAIT);
  }

  it("alerts once when a container is killed, naming it, and tells once of its recovery", async () => {
    const name = project.container("web");
    const runOf = async () => (await monitor.incidents.board()).environments["shop/uat"]?.run;
    await monitor.probe("uat");
    await expect.poll(runOf, WAIT_POLL).toMatchObject({ ok: true });
    await daemon.docker("kill", name);
    await monitor.probe("uat");
    const alert = await message(/- Down/);
    await daemon.docker("start", name);
    await message(/- Up again after/);
    await message(/- Up again\*\*/);

    expect(textOf(alert)).toContain(`containers: \`${name}\` (stopped)`);
    expect(textOf(alert)).not.toContain("never seen good");
    expect(textOf(alert)).not.toContain(project.container("worker"));
    expect(alert.pinged).toEqual([sandbox.roles.developer.id]);
    expect(headlines(sandbox.discord.messages(sandbox.channel.id))).toEqual([
      "🟢 **UAT - Up again**",
      expect.stringMatching(/^✅ \*\*UAT - Up again after \d+ s\*\*$/),
    ]);
  });

  it.each(["container", "service"])("gives the log of the %s as a file", async (service) => {
    const { discord, people, channel } = sandbox;
    const options = { environment: "uat", service };
    const asked = await discord.runCommand(people.alex.id, channel.id, "logs", options);

    const { attachments, ephemeralFor } = await discord.waitForReply(asked.id);

    const [file] = attachments;
    const lines = discord
      .attachment(file?.id ?? "")
      .toString()
      .split("\n");
    expect(ephemeralFor).toBe(people.alex.id);
    expect(file?.filename).toBe(`shop-uat-${service}.log`);
    expect(lines[0]).toBe(`===== web-1 · shop / uat · ${service} =====`);
    expect(lines.slice(1).join("\n")).toMatch(/Bonjour été\n.*on stderr/);
  });
});

/** The environment is what Compose says that it is, probed as often as a test wants to see a whole incident. */
function watching(config: RawConfig, directory: string, container: string, mention: string): RawConfig {
  const projects = config["projects"] as { shop: { environments: { uat: Record<string, unknown> } } };
  Object.assign(projects.shop.environments.uat, {
    health: [{ type: "compose", directory, timeout: "20s" }],
    monitor: { ...QUICK_MONITOR, mention: [mention] },
    logs: [
      { name: "container", container },
      { name: "service", compose: { directory, service: "web" } },
    ],
  });
  return config;
}
