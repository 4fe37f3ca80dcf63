import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

const ROOT = new URL("../../../", import.meta.url);

/** A file of the repository. */
export function read(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

export function exists(path: string): boolean {
  return existsSync(new URL(path, ROOT));
}

/** The files of a folder with an ending, as paths from the top of the repository. */
export function filesIn(folder: string, ending: string): readonly string[] {
  return entries(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => posix.join(folder, entry.name));
}

export function foldersIn(folder: string): readonly string[] {
  return entries(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => posix.join(folder, entry.name));
}

/** Every page of the documentation, by its path. */
export const PAGES: ReadonlyMap<string, string> = new Map(
  ["", "docs", "docs/adr"].flatMap((folder) => filesIn(folder, ".md")).map((path) => [path, read(path)]),
);

/** What people read to use Slipway and to change it; decisions and results of the past are not rewritten. */
export const GUIDES: ReadonlyMap<string, string> = new Map(
  [...PAGES].filter(([path]) => !/^(?:CHANGELOG|docs\/(?:adr\/|performance))/.test(path)),
);

/** A page without its code blocks. */
export function prose(page: string): string {
  return page.replace(/^ *```[\s\S]*?^ *```$/gm, "");
}

/** What stands between backquotes on a page, without its code blocks. */
export function codeSpans(page: string): readonly string[] {
  return [...prose(page).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = text.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

function entries(folder: string): readonly Dirent[] {
  return readdirSync(new URL(`./${folder}`, ROOT), { withFileTypes: true });
}
