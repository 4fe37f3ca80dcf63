import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findOptionalProgram } from "../../../sandbox/host/find-program.js";
import { logCommand } from "../../../src/app/log-command.js";
import type { LogSource } from "../../../src/config/logs-schema.js";

const run = promisify(execFile);

/** A Docker with the Compose plugin, one without, and the program that Compose v1 is: each says how it was called. */
const DOCKER_V2 = '#!/bin/sh\n[ "$2" = version ] || echo "docker $*"\n';
const DOCKER =
  '#!/bin/sh\n[ "$1" != compose ] || { echo "docker: \'compose\' is not a docker command." >&2; exit 1; }\necho "docker $*"\n';
const COMPOSE_V1 = '#!/bin/sh\necho "docker-compose $*"\n';

/** The shells of the machine; a host has one of them as `sh`. */
const shells = [["dash"], ["busybox", "sh"], ["bash", "--posix"]].filter(
  ([program = ""]) => findOptionalProgram(program) !== undefined,
);

describe.each(shells)("the command for a log, with %s", (shell, ...flags) => {
  let programs: string;

  beforeEach(async () => {
    programs = await mkdtemp(path.join(tmpdir(), "slipway-logs-"));
    await install("sh", `#!/bin/sh\nexec ${[findOptionalProgram(shell ?? "sh"), ...flags].join(" ")} "$@"\n`);
  });
  afterEach(() => rm(programs, { recursive: true }));

  async function install(name: string, text: string): Promise<void> {
    const file = path.join(programs, name);
    await writeFile(file, text);
    await chmod(file, 0o755);
  }

  /** Installs programs as they are on hosts. */
  async function installFromSystem(...names: readonly string[]): Promise<void> {
    for (const name of names) await install(name, `#!/bin/sh\nexec ${findOptionalProgram(name)} "$@"\n`);
  }

  /** What the command prints where only the installed programs are. */
  async function printed(source: LogSource): Promise<string> {
    const [program, ...args] = logCommand(source, 50).argv;
    const { stdout } = await run(path.join(programs, program), args, {
      env: { PATH: programs, HOME: programs },
      cwd: programs,
    });
    return stdout;
  }

  const compose: LogSource = {
    name: "web",
    compose: { directory: "/srv", file: "a b.yaml", service: "web" },
  };

  it("asks the Compose plugin where there is one", async () => {
    await installFromSystem("timeout", "sed");
    await install("docker", DOCKER_V2);
    await install("docker-compose", COMPOSE_V1);

    expect(await printed(compose)).toBe("docker compose --file=a b.yaml logs --no-color --tail=50 web\n");
  });

  it.each([
    ["without the plugin", DOCKER],
    ["without docker", undefined],
  ])("asks Compose v1 %s", async (_where, docker) => {
    await installFromSystem("timeout", "sed");
    if (docker !== undefined) await install("docker", docker);
    await install("docker-compose", COMPOSE_V1);

    expect(await printed(compose)).toBe("docker-compose --file=a b.yaml logs --no-color --tail=50 web\n");
  });

  it("hands a container's name and a program's arguments on as they are", async () => {
    await installFromSystem("timeout", "sed");
    await install("docker", DOCKER);
    await install("show", '#!/bin/sh\nprintf "%s|" "$@"\n');

    expect(await printed({ name: "web", container: "shop-web-1" })).toBe(
      "docker logs --tail=50 shop-web-1\n",
    );
    expect(await printed({ name: "web", run: ["show", "$(id) `id`", "a;b", ""] })).toBe("$(id) `id`|a;b||");
  });

  it("works where the host has no program that limits its time", async () => {
    await install("show", "#!/bin/sh\necho shown\n");

    expect(await printed({ name: "web", run: ["show"] })).toBe("shown\n");
  });

  it("ends on the host what goes on for too long", async () => {
    await installFromSystem("timeout", "sed");
    const forever: LogSource = { name: "web", run: [findOptionalProgram("sleep") ?? "sleep", "600"] };
    const [program, ...args] = logCommand(forever, 50).argv;
    const impatient = args.map((word) => (word === "20" ? "1" : word));

    const ended = run(path.join(programs, program), impatient, { env: { PATH: programs, HOME: programs } });

    // GNU says so by its exit code; in busybox the signal itself ends the program.
    await expect(ended).rejects.toSatisfy(({ code, signal }) => code === 124 || signal === "SIGTERM");
  });
});
