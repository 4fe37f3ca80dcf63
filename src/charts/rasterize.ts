import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROGRAM = fileURLToPath(new URL("./rasterize-program.js", import.meta.url));
/** It takes about a fifth of a second. */
const LIMIT_MS = 20_000;
/** Discord takes 10 MiB; charts have less than a tenth of a mebibyte. */
const MAX_PNG_BYTES = 8 * 1024 * 1024;

/**
 * Draws an SVG in a process of its own, which ends with it: the pixels of a picture, and the memory that the library
 * keeps until a collection that never comes in an idle bot, go back to the system. It gets no environment variable,
 * so no secret.
 * @throws Error when the picture is not drawn, or not in time
 */
export async function rasterize(svg: string): Promise<Buffer> {
  const drawing = promisify(execFile)(process.execPath, [PROGRAM], {
    env: {},
    encoding: "buffer",
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
    maxBuffer: MAX_PNG_BYTES,
  });
  // If the process ends early, its exit code says more than the broken pipe.
  drawing.child.stdin?.on("error", () => undefined);
  drawing.child.stdin?.end(svg);
  return (await drawing).stdout;
}
