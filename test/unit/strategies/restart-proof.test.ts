import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readComposeCommand } from "../../../src/strategies/compose-command.js";
import { provenRestart } from "../../../src/strategies/restart-proof.js";
import { PROVEN_CHANGE, PROVEN_COMPOSE } from "../../../src/strategies/restart-scripts.js";

const words = (text: string) => text.split(" ") as [string, ...string[]];

describe("a restart command of Compose", () => {
  it.each([
    ["docker compose up -d --remove-orphans", "docker compose", "up", ""],
    ["docker-compose restart", "docker-compose", "restart", ""],
    [
      "docker compose -f a.yaml --file=b.yaml -p shop restart -t 5 web worker",
      "docker compose -f a.yaml --file=b.yaml -p shop",
      "restart",
      "web worker",
    ],
    ["docker compose up -d --force-recreate --timeout 3 web", "docker compose", "up", "web"],
    [
      "docker compose --profile prod up --wait --scale web=2 web",
      "docker compose --profile prod",
      "up",
      "web",
    ],
  ])("is understood: %s", (command, compose, asked, services) => {
    const read = { compose: words(compose), asked, services: services === "" ? [] : words(services) };
    expect(readComposeCommand(words(command))).toEqual(read);
  });

  it.each([
    "systemctl restart shop",
    "sudo docker compose restart",
    "docker restart shop",
    "docker compose",
    "docker compose down",
    "docker compose start",
    "docker compose --dry-run restart",
    "docker compose --unknown up",
    "sh -c docker-compose",
  ])("is none: %s", (command) => {
    expect(readComposeCommand(words(command))).toBeUndefined();
  });
});

describe("the program of a restart", () => {
  it("is the command itself without a proof", () => {
    expect(provenRestart(["systemctl", "restart", "shop"], undefined)).toEqual([
      "systemctl",
      "restart",
      "shop",
    ]);
    expect(provenRestart(["docker", "compose", "up", "-d"], false)).toEqual([
      "docker",
      "compose",
      "up",
      "-d",
    ]);
  });

  it("asks the same Compose for the containers, by default", () => {
    expect(provenRestart(["docker", "compose", "-p", "shop", "restart", "web"], undefined)).toEqual([
      ...["sh", "-c", PROVEN_COMPOSE, "proven-restart", "restart", "web", "4"],
      ...["docker", "compose", "-p", "shop"],
      ...["docker", "compose", "-p", "shop", "restart", "web"],
    ]);
  });

  it("asks for the project that the proof names", () => {
    const proof = { compose: { file: "a b.yaml", project: "shop", services: ["web", "worker"] } };

    expect(provenRestart(["make", "restart"], proof)).toEqual([
      ...["sh", "-c", PROVEN_COMPOSE, "proven-restart", "up", "web worker", "5"],
      ...["compose", "--file", "a b.yaml", "--project-name", "shop"],
      ...["make", "restart"],
    ]);
  });

  it("compares the output of the proof's own command", () => {
    expect(provenRestart(["make", "restart"], { run: ["show", "the start"], changes: true })).toEqual([
      ...["sh", "-c", PROVEN_CHANGE, "proven-restart", "2", "show", "the start", "make", "restart"],
    ]);
  });
});

describe("a restart that a command proves", () => {
  const counter = `f=$(mktemp) && echo 0 >"$f" && printf %s "$f"`;

  function restart(script: string) {
    const file = spawnSync("sh", ["-c", counter], { encoding: "utf8" }).stdout;
    const [program, ...args] = provenRestart(["sh", "-c", script, "restart", file], {
      run: ["cat", file],
      changes: true,
    });
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  it("succeeds where the output changes", () => {
    expect(restart('echo 1 >"$1"')).toEqual({ status: 0, output: "proof: the output changed\n" });
  });

  it("fails where it stays the same", () => {
    expect(restart("true")).toEqual({ status: 1, output: expect.stringContaining("nothing was restarted") });
  });

  it("fails where the proof fails afterwards", () => {
    expect(restart('rm "$1"')).toMatchObject({ status: 1, output: expect.stringContaining("exit code 1") });
  });

  it("keeps the exit code of the command", () => {
    expect(restart('echo 1 >"$1"; exit 7')).toEqual({ status: 7, output: "" });
  });

  it("keeps the words of a command that fails without a change", () => {
    expect(restart("echo no >&2; exit 7")).toEqual({ status: 7, output: "no\n" });
  });
});

describe("a restart with Compose that fails", () => {
  /** A docker whose only container is what the file `container` says; without the file it does not answer. */
  const DOCKER = `#!/bin/sh
cd "$(dirname "$0")"
case "$*" in
  "compose version"*) exit 0 ;;
  *"ps --quiet"*) [ -e container ] && echo 1 ;;
  inspect*) cat container ;;
  *"config --services"*) echo web ;;
esac
`;
  const container = (started: string) => `web 1 /shop-web-1 running ${started} 0 policy:no hash\n`;

  /** @returns whether it proves that nothing was changed */
  function restart(script: string): { status: number | null; unchanged: boolean } {
    const directory = mkdtempSync(path.join(tmpdir(), "slipway-proof-"));
    try {
      writeFileSync(path.join(directory, "docker"), DOCKER, { mode: 0o755 });
      writeFileSync(path.join(directory, "container"), container("10:00"));
      writeFileSync(path.join(directory, "startable"), "");
      const [program, ...args] = provenRestart(["sh", "-c", script], { compose: {} });
      const { PATH = "" } = process.env;
      const env = { ...process.env, PATH: `${directory}:${PATH}`, SLIPWAY_RUN: directory };
      const { status } = spawnSync(program, args, { cwd: directory, env });
      return { status, unchanged: existsSync(path.join(directory, "unchanged")) };
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  it.each([
    ["every container is the same as before", "exit 7", { status: 7, unchanged: true }],
    [
      "a container was started again",
      `printf '${container("11:00")}' >container; exit 7`,
      { status: 7, unchanged: false },
    ],
    [
      "a container was stopped",
      `sed s/running/exited/ container >new; mv new container; exit 7`,
      { status: 7, unchanged: false },
    ],
    [
      "a container was replaced",
      `sed 's/ 1 / 2 /' container >new; mv new container; exit 7`,
      { status: 7, unchanged: false },
    ],
    ["Docker does not answer afterwards", "rm container; exit 7", { status: 7, unchanged: false }],
    ["it ends well", "exit 0", { status: 0, unchanged: false }],
    [
      "the command looks for the place of the proof",
      'test -z "$SLIPWAY_RUN" && exit 7',
      { status: 7, unchanged: true },
    ],
  ])("tells that nothing was changed only where that is certain: %s", (_what, script, expected) => {
    expect(restart(script)).toEqual(expected);
  });
});
