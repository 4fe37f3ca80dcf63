import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "../../sandbox/repository-root.js";

const logger = pathToFileURL(join(repositoryRoot(), "dist/src/logger.js"));

describe("an error that nobody expected", () => {
  it.each([
    ["thrown", 'setTimeout(() => { throw new Error("broken hunter2"); });'],
    ["rejected", 'void Promise.reject(new Error("broken hunter2"));'],
  ])("that was %s ends the process with one line of JSON, without secrets", async (_how, code) => {
    const script = `
      import { createLogger, logLastWords } from ${JSON.stringify(logger.href)};
      logLastWords(createLogger({ level: "info", redact: (line) => line.replaceAll("hunter2", "[redacted]") }));
      ${code}`;
    const ended = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "--eval",
      script,
    ]).catch((error: unknown) => error);
    expect(ended).toMatchObject({ code: 1, stderr: "" });
    const lines = (ended as { readonly stdout: string }).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: "fatal",
        err: expect.objectContaining({ message: "broken [redacted]" }),
      }),
    ]);
  });
});
