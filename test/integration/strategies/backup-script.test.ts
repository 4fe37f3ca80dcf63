import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOptionalProgram } from "../../../sandbox/host/find-program.js";
import { PROVEN_BACKUP } from "../../../src/strategies/backup.js";

let root: string;
let count = 0;

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-backup-")));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function newArtifact(name = "shop.sql"): string {
  const directory = path.join(root, String(++count));
  mkdirSync(directory);
  return path.join(directory, name);
}

/** An hour ago: no clock and no time stamp is that coarse. */
function makeOld(file: string): void {
  const hourAgo = Date.now() / 1000 - 3_600;
  utimesSync(file, hourAgo, hourAgo);
}

/** The shells of the machine; a host has one of them as `sh`. */
const shells = [["dash"], ["busybox", "sh"], ["bash", "--posix"]].filter(
  ([program = ""]) => findOptionalProgram(program) !== undefined,
);

describe.each(shells)("%s", (shell, ...flags) => {
  function backUp(artifact: string, ...command: readonly string[]) {
    const program = findOptionalProgram(shell ?? "sh") ?? "sh";
    const args = [...flags, "-c", PROVEN_BACKUP, "backup", artifact, ...command];
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", cwd: root });
    return { status, stdout, stderr };
  }
  const sh = (script: string, artifact: string) => ["sh", "-c", script, "sh", artifact];

  it("passes a file that the command wrote, and says how big it is and where", () => {
    const artifact = newArtifact();

    expect(backUp(artifact, ...sh('printf 12345 > "$1"', artifact))).toEqual({
      status: 0,
      stdout: `backup: 5 bytes in ${artifact}\n`,
      stderr: "",
    });
  });

  it("passes a file that replaces an older one", () => {
    const artifact = newArtifact();
    writeFileSync(artifact, "old");
    makeOld(artifact);

    expect(backUp(artifact, ...sh('printf new > "$1"', artifact)).status).toBe(0);
  });

  it.each([1, 2, 77, 126, 127, 255])("keeps the exit code %i of the command", (code) => {
    const artifact = newArtifact();

    const { status, stderr } = backUp(
      artifact,
      ...sh(`echo data > "$1"; echo why >&2; exit ${code}`, artifact),
    );

    expect({ status, stderr }).toEqual({ status: code, stderr: "why\nThe backup command failed.\n" });
  });

  it("fails when the command is killed", () => {
    const artifact = newArtifact();

    expect(backUp(artifact, ...sh('echo data > "$1"; kill -9 $$', artifact)).status).toBe(137);
  });

  it("fails when there is no such command", () => {
    expect(backUp(newArtifact(), path.join(root, "no-such-command")).status).toBe(127);
  });

  function expectRefused(result: ReturnType<typeof backUp>, why: RegExp): void {
    expect(result.status).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(why);
  }

  it("fails without a file", () => {
    expectRefused(backUp(newArtifact(), "true"), /left no file, or an empty one: .*shop\.sql\n$/);
  });

  it("fails with an empty file", () => {
    const artifact = newArtifact();

    expectRefused(backUp(artifact, "touch", artifact), /or an empty one/);
  });

  it("fails with a file of an earlier run", () => {
    const artifact = newArtifact();
    writeFileSync(artifact, "old");
    makeOld(artifact);

    expectRefused(backUp(artifact, "true"), /did not write .*shop\.sql: it is older than this run\.\n$/);
  });

  it("fails with a directory, which never is empty", () => {
    const artifact = newArtifact();

    expectRefused(backUp(artifact, "mkdir", artifact), /left no file/);
  });

  it("takes a link for the file that it leads to: a fresh one passes", () => {
    const artifact = newArtifact();
    const file = `${artifact}.1`;
    symlinkSync(file, artifact);

    expect(backUp(artifact, ...sh('printf new > "$1"', file)).status).toBe(0);
  });

  it("takes a link for the file that it leads to: an old one fails under a fresh link", () => {
    const artifact = newArtifact();
    const file = `${artifact}.1`;
    writeFileSync(file, "old");
    makeOld(file);

    expectRefused(backUp(artifact, "ln", "-s", file, artifact), /older than this run/);
  });

  it("fails with a link that leads nowhere", () => {
    const artifact = newArtifact();

    expectRefused(backUp(artifact, "ln", "-s", path.join(root, "gone"), artifact), /left no file/);
  });

  it.each([
    "with spaces",
    'it\'s "quoted"',
    "new\nline",
    "-leading dash",
    "$(touch pwned)`touch pwned`;touch pwned",
    "*",
    "back\\nslash",
    "é🚀",
  ])("takes a file that is called %j as it is, and runs nothing of its name", (name) => {
    const artifact = newArtifact(name);

    const made = backUp(artifact, ...sh('printf 12345 > "$1"', artifact));
    rmSync(artifact);
    const missing = backUp(artifact, "true");

    expect(made).toEqual({ status: 0, stdout: `backup: 5 bytes in ${artifact}\n`, stderr: "" });
    expect(missing.stderr).toContain(artifact);
    expect(existsSync(path.join(root, "pwned"))).toBe(false);
  });

  it("gives every word of the command on as it is", () => {
    const artifact = newArtifact();
    const words = ["two words", "$HOME", "*", "`id`", ";", "'", '"', "--", ""];

    backUp(artifact, "sh", "-c", 'file=$1; shift; printf "%s\\0" "$@" > "$file"', "sh", artifact, ...words);

    const { stdout } = spawnSync("cat", [artifact], { encoding: "utf8" });
    expect(stdout.split("\0").slice(0, -1)).toEqual(words);
  });
});
