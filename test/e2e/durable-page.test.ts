import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { killRunner, runOfStep } from "./durable-support.js";
import { type OpenPage, openPage } from "./page-scene.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy, Gate, runs } from "./support.js";

/** A folder for the documentation's pictures; none are kept without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];
/** Check, rollback point, fetch and checkout come before it. */
const GATE_STEP = 5;

describe("a deployment that broke off, on the sandbox page", () => {
  let directory: string;
  let sandbox: Sandbox;
  let gate: Gate;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-durable-page-"));
    const { gate: held, settings } = Gate.in(directory, "page");
    gate = held;
    sandbox = await startSandbox({ environments: { uat: settings } });
    opened = await openPage(sandbox);
    page = opened.page;
  });

  afterAll(async () => {
    await opened?.close();
    await sandbox?.close();
    await rm(directory, { recursive: true });
  });

  it("asks a person, who has it go on with the step by the button", async () => {
    const sha = await commit(sandbox, "Add the basket (#42)");
    await deploy(sandbox);
    await killRunner(await runOfStep(sandbox.host, GATE_STEP));
    // The answer that mentions the requester names the deployment as well; it comes after its message.
    const message = page.getByTestId("message").filter({ hasText: "shop · uat · #1" }).first();
    await message.getByText("state unknown").waitFor();
    if (SCREENSHOTS !== undefined) await message.screenshot({ path: join(SCREENSHOTS, "state-unknown.png") });

    await gate.open();
    await message.getByRole("button", { name: "Run again" }).click();

    await message.getByText("Deployment succeeded ✅").waitFor();
    expect(await message.getByRole("button", { name: "Run again" }).count()).toBe(0);
    await runs(sandbox, sha);
  });
});
