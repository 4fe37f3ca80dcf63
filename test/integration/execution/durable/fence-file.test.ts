import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectRun, type DurableFixture, durably, facts, startDurableFixture } from "./durable-fixture.js";

let fixture: DurableFixture;
let number = 0;

beforeAll(async () => {
  fixture = await startDurableFixture();
  await fixture.durable.raiseFence("web", { key: "any", token: 1 });
});
afterAll(() => fixture.close());

const TWO_YEARS = 2 * 366 * 24 * 3_600_000;

describe("a fence file that holds no token that Slipway gave out", () => {
  const put = (content: string) => (file: string) => writeFileSync(file, content);
  it.each([
    ["400 nines", put(`${"9".repeat(400)}\n`)],
    ["the largest safe integer", put("9007199254740991\n")],
    ["a time two years ahead", put(`${Date.now() + TWO_YEARS}\n`)],
    ["a negative number", put("-1\n")],
    ["a fraction", put("1.5\n")],
    ["an exponent", put("1e3\n")],
    ["words", put("out of order\n")],
    ["an empty line", put("\n1\n")],
    ["other bytes", put("\u0000\u0001\u00ff")],
    ["a folder", (file: string) => mkdirSync(file)],
  ])("starts nothing, and names the file: %s", async (_, spoil) => {
    const fence = { key: `shop.uat-${++number}`, token: Date.now() };
    const journal = path.join(fixture.target.directory, `journal-${number}`);
    const file = path.join(fixture.target.home, ".slipway", "fences", fence.key);
    spoil(file);
    const refusal = {
      name: "HostUnreachableError",
      code: "bad-fence",
      detail: `~/.slipway/fences/${fence.key}`,
    };
    const step = () => durably(`echo ran >>"${journal}"`, { fence });

    await expect(collectRun(fixture.durable, step())).rejects.toMatchObject(refusal);
    await expect(fixture.durable.raiseFence("web", fence)).rejects.toMatchObject(refusal);

    rmSync(file, { recursive: true });
    expect(await collectRun(fixture.durable, step())).toMatchObject({ outcome: { kind: "exited", code: 0 } });
    expect(facts(journal)).toEqual(["ran"]);
  });
});
