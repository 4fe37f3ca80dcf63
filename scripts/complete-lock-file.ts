/**
 * Completes package-lock.json. npm leaves out the optional packages of other platforms when the registry does
 * not answer for them, and `npm ci` then refuses the file on every machine. Run after each `npm install`.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

interface LockFile {
  packages: Record<string, LockedPackage>;
}

const FILE = process.argv[2] ?? "package-lock.json";
const SYSTEMS = [
  "android",
  "darwin",
  "linux",
  "win32",
  "freebsd",
  "openharmony",
  "netbsd",
  "openbsd",
  "sunos",
  "aix",
];
const PROCESSORS = [
  "arm64",
  "x64",
  "ia32",
  "riscv64",
  "ppc64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32",
  "arm",
];

const lock = JSON.parse(readFileSync(FILE, "utf8")) as LockFile;
const missing = Object.entries(lock.packages).flatMap(([path, locked]) =>
  Object.entries(locked.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name))
    .flatMap(([name, range]) => platformPackage(name, range, locked.dev === true)),
);
const { "": root = {}, ...others } = lock.packages;
const all = Object.entries({ ...others, ...Object.fromEntries(missing) });
lock.packages = { "": root, ...Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, "en"))) };
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${FILE}: ${missing.length} packages of other platforms added`);

/** Looks where Node would: beside the package, then in each folder above. */
function isLocked(path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (!folder.includes("/node_modules/")) return `node_modules/${name}` in lock.packages;
  }
}

function platformPackage(name: string, range: string, dev: boolean): [string, LockedPackage][] {
  const base = name.slice(name.lastIndexOf("/") + 1);
  const os = SYSTEMS.find((system) => base.includes(system));
  const cpu = PROCESSORS.find((processor) => base.includes(processor));
  if (os === undefined || cpu === undefined) return [];
  const libc = base.includes("musl") ? ["musl"] : base.includes("-gnu") ? ["glibc"] : undefined;
  const version = range.replace(/^[\^~]/, "");
  const locked = {
    version,
    cpu: [cpu],
    ...(libc && { libc }),
    ...(dev && { dev }),
    optional: true,
    os: [os],
  };
  return [[`node_modules/${name}`, locked]];
}
