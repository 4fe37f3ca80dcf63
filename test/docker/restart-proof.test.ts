import { appendFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSE_VERSIONS } from "../../sandbox/docker/docker-client.js";
import { type DockerDaemon, startDocker } from "../../sandbox/docker/start-docker.js";
import { provenRestart } from "../../src/strategies/restart-proof.js";
import { collect } from "../integration/execution/ssh-fixture.js";
import {
  COMPOSE_FILE,
  ComposeHost,
  type ComposeProject,
  composeFile,
  HOST,
  type Services,
} from "./compose-host.js";

type Argv = readonly [string, ...string[]];
type Proof = Parameters<typeof provenRestart>[1];

describe.each(COMPOSE_VERSIONS)("a restart with Compose %s", (version) => {
  const program: Argv = version === "v1" ? ["docker-compose"] : ["docker", "compose"];
  const restart: Argv = [...program, "restart", "--timeout", "0"];
  const up: Argv = [...program, "up", "-d", "--remove-orphans"];
  let daemon: DockerDaemon;
  let host: ComposeHost;
  let projects = 0;

  beforeAll(async () => {
    daemon = await startDocker();
    host = await ComposeHost.start(daemon, version);
  });
  afterAll(async () => {
    await host?.close();
    await daemon?.close();
  });

  const project = (services: Services) => host.project(`proof-${++projects}`, services);
  const change = (of: ComposeProject, services: Services, name = COMPOSE_FILE) =>
    writeFile(path.join(of.directory, name), composeFile(daemon.image, services));

  /** @returns the exit code and all output */
  async function run(of: ComposeProject, argv: Argv, proof?: Proof) {
    const command = { argv: provenRestart(argv, proof), directory: of.directory, timeoutSeconds: 60 };
    const { outcome, output } = await collect(host.runner, HOST, command);
    return { code: outcome.kind === "exited" ? outcome.code : outcome.kind, output };
  }

  async function running(services: Services = { web: {} }): Promise<ComposeProject> {
    const made = await project(services);
    expect(await run(made, up)).toMatchObject({
      code: 0,
      output: expect.stringContaining("are up to date"),
    });
    return made;
  }

  it("is proven by containers that were started again", async () => {
    const made = await running({ web: {}, worker: {} });

    expect(await run(made, restart)).toMatchObject({
      code: 0,
      output: expect.stringContaining("started again: 2"),
    });
  });

  it("tells that nothing was changed only where it failed before it touched a container", async () => {
    const made = await running();
    const marked = async (script: string) => {
      await writeFile(path.join(made.directory, "startable"), "");
      const argv = provenRestart(["sh", "-c", script], { compose: {} });
      const env: Argv = ["env", `SLIPWAY_RUN=${made.directory}`, ...argv];
      const { code } = await run(made, env, false);
      return { code, left: await readdir(made.directory) };
    };

    expect(await marked(`${program.join(" ")} up -d no-such-service`)).toMatchObject({
      code: expect.any(Number),
      left: expect.arrayContaining(["unchanged"]),
    });
    await rm(path.join(made.directory, "unchanged"));
    expect(await marked(`${restart.join(" ")}; exit 7`)).toMatchObject({
      code: 7,
      left: expect.not.arrayContaining(["unchanged"]),
    });
  });

  it("fails where no container exists", async () => {
    const made = await project({ web: {} });

    const { code, output } = await run(made, restart);

    expect(code).not.toBe(0);
    if (version === "v2") expect(output).toContain("No container of the project exists (services: web)");
    else expect(output).toContain("No containers to restart");
  });

  it("fails where the file has changed, and succeeds with up", async () => {
    const made = await running();
    await change(made, { web: { environment: { RELEASE: "2" } } });

    const restarted = await run(made, restart);

    expect(restarted.code).toBe(1);
    expect(restarted.output).toContain("Service web still runs with the previous configuration: use up -d.");
    expect(await run(made, up)).toMatchObject({ code: 0 });
    expect(await run(made, restart)).toMatchObject({ code: 0 });
  });

  it("fails where .env has changed", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose puts the value in
    const made = await running({ web: { environment: { RELEASE: "${RELEASE:-1}" } } });
    await writeFile(path.join(made.directory, ".env"), "RELEASE=2\n");

    expect(await run(made, restart)).toMatchObject({
      code: 1,
      output: expect.stringContaining("Service web still"),
    });
    expect(await run(made, up)).toMatchObject({ code: 0 });
  });

  it("fails where the image has changed under its name", async () => {
    const image = `proof-${version}:latest`;
    await daemon.docker("tag", daemon.image, image);
    const made = await running({ web: { image } });
    const id = await daemon.docker("create", daemon.image, "true");
    await daemon.docker("commit", "--change", "LABEL changed=1", id.trim(), image);

    expect(await run(made, restart)).toMatchObject({
      code: 1,
      output: expect.stringContaining("Service web still"),
    });
    expect(await run(made, up)).toMatchObject({ code: 0 });
  });

  it("says so where nothing needed to be started again", async () => {
    const made = await running();

    expect(await run(made, up)).toMatchObject({
      code: 0,
      output: expect.stringContaining("none was started again"),
    });
  });

  it("counts every container of a scaled service, one-shot services that ended well, and no orphans", async () => {
    const once = { command: ["true"] };
    const made = await running({ web: {}, once, old: {} });
    await made.compose("up", "-d", "--scale", "web=2");
    await made.becomes("once", "{{.State.Status}}", "exited");
    await change(made, { web: {}, once });

    expect(await run(made, [...program, "up", "-d", "--scale", "web=2"])).toMatchObject({
      code: 0,
      output: expect.stringContaining("all containers (3)"),
    });
  });

  it("fails where a container does not stay, and names its exit code", async () => {
    const made = await project({ web: { command: ["sh", "-c", "exit 3"] } });
    await made.compose("up", "-d");
    await made.becomes("web", "{{.State.Status}}", "exited");

    const { code, output } = await run(made, ["true"], { compose: {} });

    expect(code).toBe(1);
    expect(output).toContain("Service web does not run: its container ended with exit code 3.");
  });

  it("allows a service that shall have no container", async () => {
    const made = await running({ web: {}, idle: { scale: 0 } });

    expect(await run(made, restart)).toMatchObject({ code: 0 });
  });

  it("knows the project by --project-name, by COMPOSE_PROJECT_NAME and, with v2, by its file", async () => {
    const made = await project({ web: {} });
    const named = (name: string): Argv => [...program, "--project-name", `${made.name}-${name}`];
    expect(await run(made, [...named("a"), "up", "-d"])).toMatchObject({ code: 0 });
    expect(await run(made, [...named("a"), "restart", "-t", "0"])).toMatchObject({ code: 0 });
    expect((await run(made, [...named("b"), "restart", "-t", "0"])).code).not.toBe(0);
    expect(await run(made, ["true"], { compose: { project: `${made.name}-a` } })).toMatchObject({ code: 0 });

    await writeFile(path.join(made.directory, ".env"), `COMPOSE_PROJECT_NAME=${made.name}-a\n`);
    expect(await run(made, restart)).toMatchObject({ code: 0 });
    await writeFile(path.join(made.directory, ".env"), "");

    if (version === "v1") return;
    const file = `name: ${made.name}-a\n${composeFile(daemon.image, { web: {} })}`;
    await writeFile(path.join(made.directory, COMPOSE_FILE), file);
    expect(await run(made, restart)).toMatchObject({ code: 0 });
  });

  it("keeps the exit code of a command that fails, and proves nothing then", async () => {
    const made = await running();

    expect(await run(made, ["sh", "-c", "exit 7"], { compose: {} })).toEqual({ code: 7, output: "" });
  });

  it("judges no container that is not of the services it is about", async () => {
    const made = await running({ web: {}, worker: {} });
    await change(made, { web: {}, worker: { environment: { RELEASE: "2" } } });

    expect(await run(made, [...restart, "web"])).toMatchObject({ code: 0 });
    expect((await run(made, restart)).code).toBe(1);
    expect((await run(made, ["true"], { compose: { services: ["other"] } })).code).toBe(1);
  });

  it("lets the health checks judge a container that Docker starts again", async () => {
    const made = await running({ web: { command: ["sh", "-c", "exit 3"], restart: "always" } });

    expect(await run(made, up)).toMatchObject({ code: 0 });
  });

  it("gives no false alarm for files with much in them", async () => {
    const much = {
      environment: { A: "1" },
      env_file: ["web.env"],
      volumes: ["./code:/code", "data:/data"],
      depends_on: ["db"],
      labels: { a: "b" },
    };
    const made = await project({ web: { ...much, scale: 2 }, db: { restart: "unless-stopped" } });
    await writeFile(path.join(made.directory, "web.env"), "B=2\n");
    await mkdir(path.join(made.directory, "code"));
    await appendFile(path.join(made.directory, COMPOSE_FILE), "volumes:\n  data: {}\n");
    expect(await run(made, up)).toMatchObject({ code: 0 });

    expect(await run(made, restart)).toMatchObject({
      code: 0,
      output: expect.stringContaining("started again: 3"),
    });
  });

  it.runIf(version === "v2")(
    "fails where a service of the file has no container, and not for its profiles",
    async () => {
      const made = await running();
      await change(made, { web: {}, extra: { profiles: ["extra"] } });
      expect(await run(made, restart)).toMatchObject({ code: 0 });

      await change(made, { web: {}, worker: {} });
      expect(await run(made, restart)).toMatchObject({
        code: 1,
        output: expect.stringContaining("Service worker has no container: use up -d."),
      });
    },
  );
});
