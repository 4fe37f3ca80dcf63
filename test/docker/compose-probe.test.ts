import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSE_VERSIONS } from "../../sandbox/docker/docker-client.js";
import { type DockerDaemon, startDocker } from "../../sandbox/docker/start-docker.js";
import type { Probe } from "../../src/health/create-prober.js";
import { checkOn, healthy, proberWith, unhealthy } from "../integration/health/health-fixture.js";
import { ComposeHost, type ComposeProject, HOST } from "./compose-host.js";

const STATUS = "{{.State.Status}}";
const HEALTH = "{{.State.Health.Status}}";

let daemon: DockerDaemon;

beforeAll(async () => {
  daemon = await startDocker();
});
afterAll(() => daemon?.close());

describe.each(COMPOSE_VERSIONS)("the Compose probe, with Compose %s", (version) => {
  let host: ComposeHost;
  let probe: Probe;

  beforeAll(async () => {
    host = await ComposeHost.start(daemon, version);
    probe = proberWith({ runner: host.runner });
  });
  afterAll(() => host?.close());

  const look = (input: object) => probe(checkOn(HOST, { type: "compose", timeout: "30s", ...input }));
  const at = ({ directory }: ComposeProject, input: object = {}) => look({ directory, ...input });

  function faults(
    ...states: readonly (readonly [project: ComposeProject, service: string, state: string])[]
  ) {
    const each = states.map(([project, service, state]) => ({ name: project.container(service), state }));
    return unhealthy({ code: "containers", faults: each, more: 0 });
  }

  it("is content where all containers run and those with a health check are healthy", async () => {
    const project = await host.project("fine", { web: healthcheck("true"), worker: {} });
    await project.compose("up", "-d");
    await project.becomes("web", HEALTH, "healthy");

    expect(await at(project)).toEqual(healthy);
  });

  it("tells of a container whose health check fails, and of its recovery", async () => {
    const project = await host.project("sick", { web: healthcheck("test", "-e", "/cured"), worker: {} });
    await project.compose("up", "-d");
    await project.becomes("web", HEALTH, "unhealthy");

    expect(await at(project)).toEqual(faults([project, "web", "unhealthy"]));

    await daemon.docker("exec", project.container("web"), "touch", "/cured");
    await project.becomes("web", HEALTH, /^healthy$/);
    expect(await at(project)).toEqual(healthy);
  });

  it("waits with its judgement while a health check starts", async () => {
    const project = await host.project("young", {
      web: { healthcheck: { test: ["CMD", "false"], interval: "10m" } },
    });
    await project.compose("up", "-d");
    await project.becomes("web", HEALTH, "starting");

    expect(await at(project)).toEqual(healthy);
  });

  it("tells of a container that is started over and over", async () => {
    const project = await host.project("falling", { web: { restart: "always", command: ["false"] } });
    await project.compose("up", "-d");
    await project.becomes("web", "{{.RestartCount}}", /^[1-9]/);

    expect(await at(project)).toEqual(faults([project, "web", "restarting"]));
  });

  it("tells of one that falls also while it runs for a moment", async () => {
    const command = ["sh", "-c", "sleep 3; exit 1"];
    const project = await host.project("stumbling", { web: { restart: "always", command } });
    await project.compose("up", "-d");
    await project.becomes("web", "{{.RestartCount}} {{.State.Status}}", /^[1-9]\d* running$/);

    expect(await at(project)).toEqual(faults([project, "web", "restarting"]));
  });

  it("tells of containers that ended, were stopped, paused, or never started", async () => {
    const project = await host.project("ended", {
      ended: { command: ["false"] },
      stopped: {},
      paused: {},
      created: {},
      web: {},
    });
    await project.compose("up", "-d", "ended", "stopped", "paused", "web");
    await project.compose("up", "--no-start", "created");
    await project.compose("stop", "stopped");
    await project.compose("pause", "paused");
    await project.becomes("ended", STATUS, "exited");

    const found = await at(project);

    expect(found).toMatchObject({ reason: { code: "containers" } });
    const reason = found.kind === "unhealthy" && found.reason.code === "containers" && found.reason.faults;
    expect(reason).toHaveLength(4);
    expect(reason).toEqual(
      expect.arrayContaining([
        { name: project.container("ended"), state: "exited" },
        { name: project.container("stopped"), state: "exited" },
        { name: project.container("paused"), state: "paused" },
        { name: project.container("created"), state: "created" },
      ]),
    );
  });

  it("tells of a service without a container, and heeds no other than those that are named", async () => {
    const project = await host.project("absent", { web: {}, worker: {}, migrate: { command: ["false"] } });
    await project.compose("up", "-d", "web", "migrate");
    await project.becomes("migrate", STATUS, "exited");

    expect(await at(project, { services: ["web"] })).toEqual(healthy);
    expect(await at(project, { services: ["web", "worker"] })).toEqual(
      unhealthy({ code: "containers", faults: [{ name: "worker", state: "absent" }], more: 0 }),
    );
  });

  it("tells of a project without any container", async () => {
    const project = await host.project("empty", { web: {} });

    expect(await at(project)).toEqual(unhealthy({ code: "containers", faults: [], more: 0 }));
  });

  it("counts no command that `compose run` ran once, whether it failed or still runs", async () => {
    const project = await host.project("once", { web: {} });
    await project.compose("up", "-d");
    await expect(project.compose("run", "-T", "web", "false")).rejects.toThrow();
    await project.compose("run", "-d", "web", "sleep", "600");

    expect(await at(project)).toEqual(healthy);
    expect(await look({ project: project.name })).toEqual(healthy);

    await project.compose("kill", "web");
    expect(await at(project)).toEqual(faults([project, "web", "exited"]));
  });

  it("finds a project by its containers' labels, without its file", async () => {
    const project = await host.project("label", { web: {}, worker: {} });
    await project.compose("up", "-d");
    const asFound = await look({ project: project.name });
    await daemon.docker("kill", project.container("worker"));

    expect(asFound).toEqual(healthy);
    expect(await look({ project: project.name })).toEqual(faults([project, "worker", "exited"]));
    expect(await look({ project: project.name, services: ["web"] })).toEqual(healthy);
    expect(await look({ project: "nobody-knows-it" })).toEqual(
      unhealthy({ code: "containers", faults: [], more: 0 }),
    );
  });

  it("finds a project by another file and another name", async () => {
    const file = "compose.prod.yaml";
    const project = await host.project("named", { web: {} }, file);
    const name = `renamed-${version}`;
    await project.compose("--file", file, "--project-name", name, "up", "-d");

    expect(await at(project, { file, project: name })).toEqual(healthy);
    expect(await at(project, { file })).toEqual(unhealthy({ code: "containers", faults: [], more: 0 }));
  });

  it("says what is wrong with a directory, or with a Compose file", async () => {
    const project = await host.project("broken", { web: { command: 5 } });

    expect(await look({ directory: "/no/such/directory" })).toMatchObject({
      reason: { code: "exited" },
      output: expect.stringContaining("/no/such/directory"),
    });
    expect(await at(project)).toMatchObject({
      reason: { code: "exited" },
      output: expect.stringContaining("command"),
    });
    expect(await look({ directory: host.target.home })).toMatchObject({
      reason: { code: "exited" },
      output: expect.stringMatching(/configuration file/),
    });
  });
});

/** A service with a health check that is made often. */
function healthcheck(...command: readonly string[]) {
  return { healthcheck: { test: ["CMD", ...command], interval: "200ms", timeout: "10s", retries: 1 } };
}
