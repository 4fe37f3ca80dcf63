import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../../../sandbox/repository-root.js";

const RUN = join(repositoryRoot(), "dist/chaos/run.js");
const LIMIT_MS = 300_000;

const Report = z.looseObject({
  seed: z.literal(42),
  campaigns: z.array(
    z.looseObject({
      name: z.string(),
      strikes: z.int(),
      deployments: z.int().positive(),
      bad: z.int(),
      states: z.record(z.string(), z.int()),
    }),
  ),
});

async function chaos(...args: string[]) {
  return promisify(execFile)(process.execPath, [RUN, ...args], { timeout: LIMIT_MS });
}

describe("npm run chaos", () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-chaos-test-"));
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  it(
    "strikes, finds no broken promise of Slipway, and writes the figures",
    async () => {
      const json = join(directory, "figures.json");
      // The control needs the many strikes of the short form to be told from luck: the gate runs it there.
      const which = ["--only", "kill", "--only", "runner"];
      const size = ["--short", "--count", "4", "--lanes", "4", "--seed", "42"];

      const { stdout } = await chaos(...which, ...size, "--json", json);

      const { campaigns } = Report.parse(JSON.parse(await readFile(json, "utf8")));
      const [kill, runner] = campaigns;
      expect(stdout).toContain("seed 42");
      expect(kill).toMatchObject({ name: "kill", strikes: 4, bad: 0 });
      expect(runner).toMatchObject({ name: "runner", strikes: 4, bad: 0, states: { indeterminate: 4 } });
    },
    LIMIT_MS,
  );

  it("refuses wrong options and says how it is used", async () => {
    await expect(chaos("--only", "ghosts")).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--only takes kill.*Usage: npm run chaos/s),
    });
  });
});
