import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { stringify } from "yaml";
import type { ComposeVersion } from "../../sandbox/docker/docker-client.js";
import type { DockerDaemon } from "../../sandbox/docker/start-docker.js";
import { startTargetHost } from "../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../sandbox/host/types.js";
import { createSshRunner, type SshRunner } from "../../src/execution/ssh/create-ssh-runner.js";
import { collect, silent, sshHostOf } from "../integration/execution/ssh-fixture.js";

/** As in a Compose file. */
export type Services = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const WAIT = { timeout: 60_000 };

/** The usual name of a Compose file; both versions find it. */
export const COMPOSE_FILE = "docker-compose.yml";

/** The name by which a host is reached over SSH. */
export const HOST = "web-1";

/** A host with a Docker and one version of Compose. */
export class ComposeHost {
  readonly target: TargetHost;
  readonly runner: SshRunner;
  readonly daemon: DockerDaemon;
  readonly version: ComposeVersion;

  private constructor(target: TargetHost, runner: SshRunner, daemon: DockerDaemon, version: ComposeVersion) {
    this.target = target;
    this.runner = runner;
    this.daemon = daemon;
    this.version = version;
  }

  /** Starts a host of its own. */
  static async start(
    daemon: DockerDaemon,
    version: ComposeVersion,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ComposeHost> {
    const target = await startTargetHost({ environment: { ...daemon.environment(version), ...environment } });
    return ComposeHost.on(target, daemon, version);
  }

  /** @param target whose sessions have the daemon's environment for the version */
  static async on(target: TargetHost, daemon: DockerDaemon, version: ComposeVersion): Promise<ComposeHost> {
    const runner = createSshRunner({ hosts: { [HOST]: await sshHostOf(target) }, logger: silent });
    return new ComposeHost(target, runner, daemon, version);
  }

  /** Ends the host, too. */
  async close(): Promise<void> {
    await this.runner.close();
    await this.target.close();
  }

  /** Writes the Compose file of a project; its name is the folder's, and no other test's. */
  async project(purpose: string, services: Services, file = COMPOSE_FILE): Promise<ComposeProject> {
    const name = `${purpose}-${this.version}`;
    const directory = path.join(this.target.directory, "srv", name);
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, file), composeFile(this.daemon.image, services));
    return new ComposeProject(this, name, directory);
  }
}

/** @returns the text of a Compose file whose services wait, unless they say something else */
export function composeFile(image: string, services: Services): string {
  const usual = { image, network_mode: "none", command: ["sleep", "600"], stop_signal: "SIGKILL" };
  const all = Object.entries(services).map(([name, service]) => [name, { ...usual, ...service }]);
  return stringify({ services: Object.fromEntries(all) });
}

export class ComposeProject {
  readonly name: string;
  readonly directory: string;
  readonly #host: ComposeHost;

  constructor(host: ComposeHost, name: string, directory: string) {
    this.#host = host;
    this.name = name;
    this.directory = directory;
  }

  /**
   * Calls Compose over SSH in the project's folder.
   * @returns what it printed
   * @throws Error with that, where it fails
   */
  async compose(...args: readonly string[]): Promise<string> {
    const { runner, version } = this.#host;
    const program = version === "v1" ? (["docker-compose"] as const) : (["docker", "compose"] as const);
    const command = { argv: [...program, ...args] as const, directory: this.directory, timeoutSeconds: 60 };
    const { outcome, output } = await collect(runner, HOST, command);
    if (outcome.kind === "exited" && outcome.code === 0) return output;
    throw new Error(`${command.argv.join(" ")}: ${JSON.stringify(outcome)}\n${output}`);
  }

  /** The name of a service's first container. */
  container(service: string): string {
    return containerName(this.#host.version, this.name, service);
  }

  /** Resolves once the container's state is the one that is meant, in the words of `docker inspect`. */
  async becomes(service: string, format: string, expected: string | RegExp): Promise<void> {
    const look = () => this.#host.daemon.docker("inspect", "--format", format, this.container(service));
    await expect.poll(look, WAIT).toMatch(expected);
  }
}

export function containerName(version: ComposeVersion, project: string, service: string): string {
  return version === "v1" ? `${project}_${service}_1` : `${project}-${service}-1`;
}
