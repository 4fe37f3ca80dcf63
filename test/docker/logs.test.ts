import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSE_VERSIONS } from "../../sandbox/docker/docker-client.js";
import { type DockerDaemon, startDocker } from "../../sandbox/docker/start-docker.js";
import { runProgram } from "../../sandbox/host/run-program.js";
import { readLogs } from "../../src/app/read-logs.js";
import { createHostLogReader, type HostLog } from "../../src/execution/host-log-reader.js";
import { createRedactor } from "../../src/execution/redact.js";
import { Secret } from "../../src/secret.js";
import { MemoryAudit } from "../unit/app/ports.js";
import { configWith, environmentInput } from "../unit/deployments/samples.js";
import { ComposeHost, type ComposeProject, HOST } from "./compose-host.js";

const TOKEN = "a-token-that-nobody-may-see";
const person = { id: "112233445566778899", name: "ada", roles: ["223344556677889900"] };

let daemon: DockerDaemon;

beforeAll(async () => {
  daemon = await startDocker();
});
afterAll(() => daemon?.close());

describe.each(COMPOSE_VERSIONS)("a log of Docker, with Compose %s", (version) => {
  let host: ComposeHost;

  beforeAll(async () => {
    host = await ComposeHost.start(daemon, version);
  });
  afterAll(() => host?.close());

  /** Reads the end of one log, as it is configured. */
  async function read(source: object, lines = 100): Promise<HostLog> {
    const logs = [{ name: "web", ...source }];
    const config = configWith({ uat: environmentInput({ hosts: [HOST], logs }) });
    const redactor = createRedactor([new Secret(TOKEN)]);
    const readHost = createHostLogReader({ runner: host.runner, redactor });
    const request = { person, environment: "uat", lines };
    const outcome = await readLogs({ config, readHost, audit: new MemoryAudit() }, request);
    const [log] = outcome.kind === "read" ? outcome.hosts : [];
    if (log === undefined) throw new Error(JSON.stringify(outcome));
    return log;
  }

  /** A project whose services print something and end. */
  async function printing(
    purpose: string,
    scripts: Readonly<Record<string, string>>,
  ): Promise<ComposeProject> {
    const services = Object.entries(scripts).map(([name, script]) => [
      name,
      // Compose reads dollar signs itself.
      { command: ["sh", "-c", script.replaceAll("$", "$$$$")] },
    ]);
    const project = await host.project(purpose, Object.fromEntries(services));
    await project.compose("up", "-d");
    for (const name of Object.keys(scripts)) await project.becomes(name, "{{.State.Status}}", "exited");
    return project;
  }

  const count = (to: number) => `i=0; while [ $i -lt ${to} ]; do i=$((i+1)); echo "line $i"; done`;

  it("is the last lines of a Compose service, and of no other", async () => {
    const { directory } = await printing("lines", { web: count(50), worker: "echo working" });

    const { text, ...rest } = await read({ compose: { directory, service: "web" } }, 3);

    expect(rest).toEqual({ host: HOST, shortened: false });
    expect(linesOf(text)).toEqual(["line 48", "line 49", "line 50"]);
  });

  it("is the last lines of a container by its name", async () => {
    const project = await printing("named", { web: count(50) });

    expect(await read({ container: project.container("web") }, 2)).toEqual({
      ...{ host: HOST, text: "line 49\nline 50\n", shortened: false },
    });
  });

  it("has what was written to stdout and to stderr in the order in which Docker has it", async () => {
    const script = "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo out $i; echo err $i >&2; done";
    const project = await printing("order", { web: script });
    const { directory } = project;
    const container = project.container("web");
    // Two lines that are written at once may reach Docker itself in any order.
    const asDockerHasIt = await runProgram(["sh", "-c", 'exec docker logs "$1" 2>&1', "logs", container], {
      ...process.env,
      ...daemon.environment(version),
    });

    for (const source of [{ container }, { compose: { directory, service: "web" } }])
      expect(linesOf((await read(source, 4_000)).text)).toEqual(asDockerHasIt.split("\n"));
  });

  it("comes whole where characters have many bytes, and without secrets and colours", async () => {
    const text = "déjà vu 日本語 🚀";
    const long = `i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "${text} $i"; done`;
    const script = `${long}; printf "\\033[31mred\\033[0m %s é\\n" ${TOKEN}`;
    const project = await printing("bytes", { web: script });
    const { directory } = project;
    const expected = [
      ...Array.from({ length: 3_000 }, (_, index) => `${text} ${index + 1}`),
      "red [redacted] é",
    ];

    for (const source of [
      { container: project.container("web") },
      { compose: { directory, service: "web" } },
    ])
      expect(linesOf((await read(source, 5_000)).text)).toEqual(expected);
  });

  it("is the last lines of each container of a service", async () => {
    const project = await host.project("two", {
      web: { command: ["sh", "-c", count(5).replaceAll("$", "$$$$")] },
    });
    await project.compose("up", "-d", "--scale", "web=2");
    await project.becomes("web", "{{.State.Status}}", "exited");
    const second = project.container("web").replace(/1$/, "2");
    await expect.poll(() => daemon.docker("inspect", "--format", "{{.State.Status}}", second)).toBe("exited");

    const { text } = await read({ compose: { directory: project.directory, service: "web" } }, 2);

    expect(linesOf(text).sort()).toEqual(["line 4", "line 4", "line 5", "line 5"]);
  });

  it("says that there is no such container", async () => {
    expect(await read({ container: "no-such-container" })).toMatchObject({
      text: expect.stringMatching(/no such container: no-such-container\n$/i),
      failure: { code: "exited", exitCode: 1 },
    });
  });

  it("says that there is no such service", async () => {
    const { directory } = await host.project("unknown", { web: {} });

    expect(await read({ compose: { directory, service: "api" } })).toMatchObject({
      text: expect.stringMatching(/no such service: api\n$/i),
      failure: { code: "exited", exitCode: 1 },
    });
  });

  it("is empty where the service has no container", async () => {
    const { directory } = await host.project("no-container", { web: {} });

    expect(await read({ compose: { directory, service: "web" } })).toEqual({
      ...{ host: HOST, text: "", shortened: false },
    });
  });

  it("says that the directory or the Compose file is missing", async () => {
    const there = host.target.home;

    expect(await read({ compose: { directory: "/no/such/directory", service: "web" } })).toMatchObject({
      text: expect.stringContaining("/no/such/directory"),
      failure: { code: "exited" },
    });
    expect(await read({ compose: { directory: there, service: "web" } })).toMatchObject({
      text: expect.stringContaining("configuration file"),
      failure: { code: "exited" },
    });
  });
});

/** What a service printed: Compose writes the container's name before each line. */
function linesOf(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^[\w-]+ +\| /, ""));
}
