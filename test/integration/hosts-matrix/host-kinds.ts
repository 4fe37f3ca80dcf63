import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { findProgram } from "../../../sandbox/host/find-program.js";
import type { TargetHost } from "../../../sandbox/host/types.js";

/**
 * `able`: every cell works. `notRun`: no command is run there, and each cell quotes these words of the host. `noStep`:
 * commands are run, and a step is not started; what a person then reads of the step, and of its stop.
 */
export type HostAnswer =
  | "able"
  | { readonly notRun: RegExp }
  | { readonly noStep: RegExp; readonly stop: RegExp };

export interface HostKind {
  readonly name: string;
  readonly answers: HostAnswer;
  /** Makes a fresh host one of this kind. */
  readonly prepare?: (target: TargetHost) => Promise<void>;
  /** Undoes what would keep its folder from being removed. */
  readonly restore?: (target: TargetHost) => void;
}

/** sshd gives the text of a session to this command instead of the login shell. */
const forced =
  (command: string, options = "") =>
  async (target: TargetHost): Promise<void> => {
    const key = await readFile(`${target.privateKeyPath}.pub`, "utf8");
    const quoted = command.replaceAll('"', '\\"');
    const allowed = path.join(target.directory, "ssh", "authorized_keys");
    await writeFile(allowed, `${options}command="${quoted}" ${key}`);
  };

/** Runs the text as sshd does with the login shell of an account. */
const loginShell = (program: string) => forced(`exec ${program} -c "$SSH_ORIGINAL_COMMAND"`);

const file =
  (name: string, text: string) =>
  async (target: TargetHost): Promise<void> => {
    const at = path.join(target.home, name);
    await mkdir(path.dirname(at), { recursive: true });
    await writeFile(at, text);
  };

const bashrc = (text: string) => file(".bashrc", text);

const all =
  (...steps: readonly ((target: TargetHost) => Promise<void>)[]) =>
  async (target: TargetHost): Promise<void> => {
    for (const step of steps) await step(target);
  };

const NOISE = "echo 'Welcome to shop-1'; printf 'no line break'; printf 'nor here' >&2";

/** With bash as its `sh`, which takes options from the environment, and prints them around every command. */
const tracing = async (target: TargetHost): Promise<void> => {
  const bin = path.join(target.directory, "traced");
  await mkdir(bin);
  await symlink(findProgram("bash"), path.join(bin, "sh"));
  await bashrc(`PATH="${bin}:$PATH"; set -avx; export SHELLOPTS slipway=1 slipway_mark=1`)(target);
};

/** Hosts that run what they are sent, whatever they print besides. */
const ABLE: readonly Omit<HostKind, "answers">[] = [
  { name: "bash" },
  { name: "dash", prepare: loginShell("dash") },
  { name: "rbash", prepare: loginShell("rbash") },
  {
    name: "tcsh",
    prepare: all(loginShell("tcsh"), file(".tcshrc", "echo Welcome\nprintf 'no line break'\n")),
  },
  { name: "csh", prepare: loginShell("csh") },
  { name: "fish", prepare: all(loginShell("fish"), file(".config/fish/config.fish", NOISE)) },
  { name: "zsh", prepare: all(loginShell("zsh"), file(".zshenv", NOISE)) },
  { name: "a start-up file that prints", prepare: bashrc(NOISE) },
  {
    name: "a start-up file that prints megabytes",
    prepare: bashrc("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; printf '\\033[31m'"),
  },
  {
    name: "a start-up file that leaves a process printing",
    prepare: bashrc("(for i in 1 2 3 4 5 6 7 8 9; do printf noise >&2; sleep 0.2; done) >/dev/null &"),
  },
  { name: "a start-up file that prints at the end", prepare: bashrc("trap 'echo bye; echo bye >&2' EXIT") },
  { name: "a start-up file that takes 5 seconds", prepare: bashrc("sleep 5") },
  { name: "a start-up file that traces every shell", prepare: tracing },
  {
    name: "a forced command that runs what it is sent, and ends with 0",
    prepare: forced(`echo before; sh -c "$SSH_ORIGINAL_COMMAND"; echo after; exit 0`, "restrict,"),
  },
];

const NOT_RUN: readonly (Omit<HostKind, "answers"> & { readonly said: RegExp })[] = [
  { name: "nologin", prepare: loginShell("/usr/sbin/nologin"), said: /not available/ },
  { name: "false", prepare: loginShell("/bin/false"), said: /exit code 1.*said nothing/ },
  { name: "a shell that is missing", prepare: loginShell("/no/such/shell"), said: /\/no\/such\/shell/ },
  {
    name: "a start-up file that ends with 0",
    prepare: bashrc("echo 'For people only'; exit 0"),
    said: /exit code 0.*For people only/,
  },
  {
    name: "a start-up file that becomes another program",
    prepare: bashrc("echo 'This is a menu'; exec sleep 60"),
    said: /no answer within \d+ s.*This is a menu/,
  },
  {
    name: "a start-up file that reads",
    prepare: bashrc("printf 'Continue? '; read -r answer"),
    said: /no answer within \d+ s.*Continue\?/,
  },
  {
    name: "a start-up file that becomes a shell which reads commands",
    prepare: bashrc("echo 'A better shell'; exec bash"),
    said: /no answer within \d+ s.*A better shell/,
  },
  {
    name: "a forced command",
    prepare: forced("echo 'Only backups here'; echo 'Goodbye' >&2; exit 0"),
    said: /exit code 0.*Only backups here/,
  },
  {
    name: "a forced command that repeats what it is sent",
    prepare: forced('echo "You may not: $SSH_ORIGINAL_COMMAND"; echo $SSH_ORIGINAL_COMMAND >&2; exit 0'),
    said: /exit code 0.*You may not: …/,
  },
  {
    name: "no sh on the PATH",
    prepare: bashrc("PATH=/nowhere"),
    said: /exit code 127.*sh: command not found/,
  },
  {
    name: "a start-up file that prints a secret",
    prepare: bashrc("printf 'token: hunter2\\033[0mhunter2\\n'; exit 3"),
    said: /exit code 3.*token: \[redacted\]/,
  },
];

const programs =
  (texts: Readonly<Record<string, string>>) =>
  async (target: TargetHost): Promise<void> => {
    const bin = path.join(target.directory, "other-programs");
    await mkdir(bin);
    for (const [name, text] of Object.entries(texts)) {
      await writeFile(path.join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    await bashrc(`PATH="${bin}:$PATH"`)(target);
  };

/** Where Slipway keeps its runs. */
const placeOf = (target: TargetHost) => path.join(target.home, ".slipway");

/** A disk of its own for the runs, of which nothing is left. */
const smallDisk = (script: string) => ({
  prepare: async (target: TargetHost): Promise<void> => {
    await mkdir(placeOf(target));
    const mount = 'mount -t tmpfs -o size=256k,nr_inodes=20 tmpfs "$0" && cd "$0"';
    execFileSync("sh", ["-c", `${mount} && { ${script}; } 2>/dev/null || :`, placeOf(target)]);
  },
  restore: (target: TargetHost): void => {
    execFileSync("sh", ["-c", 'umount -l "$0"', placeOf(target)]);
  },
});

const ABSENT = /^absent$/;
const NONSENSE = /no valid answer/;

/** Mounting needs root. */
const DISKS =
  process.getuid?.() === 0
    ? [
        {
          name: "a full disk",
          ...smallDisk("cat /dev/zero >filler"),
          step: /no space left.*\.slipway/,
          stop: /no space left.*\.slipway/,
        },
        {
          name: "no free inode",
          ...smallDisk("n=0; while touch file-$n; do n=$((n+1)); done"),
          step: /no space left.*\.slipway/,
          stop: /no space left.*\.slipway/,
        },
      ]
    : [];

const NO_STEP: readonly (Omit<HostKind, "answers"> & { readonly step: RegExp; readonly stop: RegExp })[] = [
  ...DISKS,
  {
    name: "a file where the runs lie",
    prepare: file(".slipway/runs", ""),
    step: /cannot write to .*\.slipway/,
    stop: /cannot write to .*\.slipway/,
  },
  {
    name: "a file where Slipway keeps its runner",
    prepare: file(".slipway", ""),
    step: /cannot write to .*\.slipway/,
    stop: /cannot write to .*\.slipway/,
  },
  {
    name: "a runner that answers nonsense",
    prepare: programs({ setsid: "[ $1 = --version ] && echo util-linux || echo fenced -1" }),
    step: NONSENSE,
    stop: ABSENT,
  },
  {
    name: "a runner that answers nothing",
    prepare: programs({ setsid: "[ $1 = --version ] && echo util-linux || exec sleep 600" }),
    step: NONSENSE,
    stop: ABSENT,
  },
  {
    name: "a disk that hangs",
    prepare: programs({ sha256sum: "exec sleep 600" }),
    step: NONSENSE,
    stop: /no answer in time/,
  },
];

/** One row for each kind of host; a new kind is one more entry. */
export const HOST_KINDS: readonly HostKind[] = [
  ...ABLE.map((kind) => ({ ...kind, answers: "able" as const })),
  ...NOT_RUN.map(({ said, ...kind }) => ({ ...kind, answers: { notRun: said } })),
  ...NO_STEP.map(({ step, stop, ...kind }) => ({ ...kind, answers: { noStep: step, stop } })),
];
