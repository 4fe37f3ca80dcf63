import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { findProgram } from "../../../sandbox/host/find-program.js";
import type { TargetHost } from "../../../sandbox/host/types.js";

/** `able`: every cell works. Else no command is run there, and each cell quotes these words of the host. */
export type HostAnswer = "able" | { readonly notRun: RegExp };

export interface HostKind {
  readonly name: string;
  readonly answers: HostAnswer;
  /** Makes a fresh host one of this kind. */
  readonly prepare?: (target: TargetHost) => Promise<void>;
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

/** One row for each kind of host; a new kind is one more entry. */
export const HOST_KINDS: readonly HostKind[] = [
  ...ABLE.map((kind) => ({ ...kind, answers: "able" as const })),
  ...NOT_RUN.map(({ said, ...kind }) => ({ ...kind, answers: { notRun: said } })),
];
