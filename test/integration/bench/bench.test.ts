import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../../../sandbox/repository-root.js";

const RUN = join(repositoryRoot(), "dist/bench/run.js");
const LIMIT_MS = 120_000;

const Report = z.strictObject({
  machine: z.strictObject({ cores: z.int().positive(), node: z.string() }),
  sections: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      rows: z.array(
        z.strictObject({
          subject: z.string(),
          measure: z.string(),
          unit: z.enum(["ms", "/s", "MB"]),
          runs: z.int().positive(),
          p50: z.number().positive(),
          p99: z.number().positive().optional(),
          ratio: z.number().positive().optional(),
          goal: z.strictObject({ text: z.string(), met: z.boolean() }).optional(),
        }),
      ),
      notes: z.array(z.string()),
    }),
  ),
  failures: z.array(z.string()),
});

describe("npm run bench", () => {
  it(
    "prints what it measured as JSON",
    async () => {
      const args = [RUN, "--only", "d", "--runs", "1", "--json"];

      const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LIMIT_MS });

      const { sections, failures } = Report.parse(JSON.parse(stdout));
      const [section] = sections;
      const judged = section?.rows.filter(({ goal }) => goal !== undefined) ?? [];
      expect(failures).toEqual([]);
      expect(section?.id).toBe("d");
      expect(new Set(judged.map(({ subject }) => subject))).toEqual(
        new Set([
          "Slipway",
          "Slipway --role gateway",
          "Slipway --role web",
          "Slipway --role worker",
          "Slipway, own Redis",
        ]),
      );
    },
    LIMIT_MS,
  );

  it.each([
    [["--only", "z"], /--only takes a, b, c, d, e/],
    [["--runs", "none"], /--runs takes a whole number/],
    [["--fast"], /Unknown option '--fast'/],
  ])("refuses %j and says how it is used", async (args, why) => {
    const run = promisify(execFile)(process.execPath, [RUN, ...args]);

    await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(why) });
  });
});
