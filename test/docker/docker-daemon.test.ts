import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSE_VERSIONS, type ComposeVersion } from "../../sandbox/docker/docker-client.js";
import { type DockerDaemon, startDocker } from "../../sandbox/docker/start-docker.js";
import { startTargetHost } from "../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../sandbox/host/types.js";
import { repositoryRoot } from "../../sandbox/repository-root.js";
import { ssh } from "../sandbox/host/ssh.js";

const WAIT = { timeout: 60_000 };

describe("a Docker of the sandbox", () => {
  let daemon: DockerDaemon;
  const hosts = new Map<ComposeVersion, TargetHost>();

  beforeAll(async () => {
    daemon = await startDocker();
    for (const version of COMPOSE_VERSIONS)
      hosts.set(version, await startTargetHost({ environment: daemon.environment(version) }));
  });
  afterAll(async () => {
    for (const host of hosts.values()) await host.close();
    await daemon?.close();
  });

  function on(version: ComposeVersion, command: string): Promise<string> {
    const host = hosts.get(version);
    return host === undefined ? Promise.reject(new Error(version)) : ssh(host, command);
  }

  it("is a host with Compose v1 alone", async () => {
    expect(await on("v1", "docker-compose version --short")).toMatch(/^1\./);
    await expect(on("v1", "docker compose version")).rejects.toThrow();
  });

  it("is a host with Compose v2", async () => {
    expect(await on("v2", "docker compose version --short")).toMatch(/^2\./);
  });

  it("runs containers for a session", async () => {
    const run = `docker run --rm --network none ${daemon.image} echo from a container`;

    expect(await on("v1", run)).toBe("from a container");
  });
});

describe("the end of a Docker of the sandbox", () => {
  it("leaves no container, mount, group or file, not even of what is paused or frozen", async () => {
    const daemon = await startDocker();
    const { directory } = daemon;
    await daemon.docker("pause", await runContainer(daemon));
    daemon.freeze();
    const before = remainsOf(directory);

    await daemon.close();

    expect(before).not.toEqual(NOTHING);
    expect(remainsOf(directory)).toEqual(NOTHING);
  });

  it("comes with the process that started it, even where that is killed", async () => {
    const module = path.join(repositoryRoot(), "dist/sandbox/docker/start-docker.js");
    const program = `
      const daemon = await (await import(${JSON.stringify(module)})).startDocker();
      await daemon.docker("run", "--detach", "--network=none", daemon.image, "sleep", "600");
      console.log(daemon.directory);
      setInterval(() => undefined, 60_000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(owner.stdout.setEncoding("utf8"), "data");
    const directory = String(line).trim();
    const before = remainsOf(directory);

    owner.kill("SIGKILL");

    expect(before.files).toBe(true);
    await expect.poll(() => remainsOf(directory), WAIT).toEqual(NOTHING);
  });
});

/** @returns its id */
function runContainer({ docker, image }: DockerDaemon): Promise<string> {
  return docker("run", "--detach", "--network=none", image, "sleep", "600");
}

const NOTHING = { files: false, processes: [], groups: [] };

/** What there is of a daemon: processes are found by their arguments, their root or their mounts. */
function remainsOf(directory: string) {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  const tells = (pid: string, file: string) => readText(`/proc/${pid}/${file}`).includes(directory);
  return {
    files: existsSync(directory),
    processes: pids.filter((pid) => tells(pid, "cmdline") || tells(pid, "mountinfo")),
    groups: readdirSync("/sys/fs/cgroup", { recursive: true, encoding: "utf8" }).filter((group) =>
      group.includes(path.basename(directory)),
    ),
  };
}

/** A process may end between the listing and the reading. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
