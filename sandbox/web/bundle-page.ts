import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";

export interface PageBundle {
  readonly script: string;
  readonly styles: string;
}

/**
 * Bundles the page from its sources into memory.
 * Synchronous on purpose: esbuild's asynchronous API keeps a child process that outlives the server.
 */
export function bundlePage(): PageBundle {
  const folder = join(findRepositoryRoot(import.meta.dirname), "sandbox", "web", "page");
  const { outputFiles } = buildSync({
    entryPoints: [{ in: join(folder, "main.ts"), out: "page" }],
    outdir: folder,
    tsconfig: join(folder, "tsconfig.json"),
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    logLevel: "silent",
  });
  return { script: textOf(outputFiles, ".js"), styles: textOf(outputFiles, ".css") };
}

function textOf(files: readonly { path: string; text: string }[], extension: string): string {
  return files.find((file) => file.path.endsWith(extension))?.text ?? "";
}

/** The compiled server lives in `dist/`, but the page's sources stay where they were written. */
function findRepositoryRoot(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("no package.json above the sandbox");
  return findRepositoryRoot(parent);
}
