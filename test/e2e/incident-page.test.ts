import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { MonitorAccess, ProbedApp, QUICK_MONITOR, WatchedEnvironments } from "./monitoring-scene.js";
import { type OpenPage, openPage } from "./page-scene.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy } from "./support.js";

/** A folder for the documentation's pictures; none are kept without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];

describe("an incident on the sandbox page", () => {
  const watched = new WatchedEnvironments();
  let app: ProbedApp;
  let sandbox: Sandbox;
  let monitor: MonitorAccess;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    app = await ProbedApp.start();
    const logs = [{ name: "app", file: "/dev/null" }];
    sandbox = await startSandbox({
      environments: { prod: {} },
      configure: (config, world) =>
        watched.configure(config, world, {
          prod: { app, extra: { logs, monitor: { ...QUICK_MONITOR, mention: [world.roles.approver.id] } } },
        }),
    });
    monitor = new MonitorAccess(sandbox);
    opened = await openPage(sandbox, watched.channel("prod").id);
    page = opened.page;
  });

  afterAll(async () => {
    await opened?.close();
    await monitor?.close();
    await sandbox?.close();
    await app?.stop();
  });

  it("says what is down and who deployed what, is acknowledged by its button, and told to be over", async () => {
    await commit(sandbox, "Add the basket (#42)");
    await deploy(sandbox, { environment: "prod" });
    await said("Deployment succeeded ✅").waitFor();
    app.mood = "error";
    await monitor.probe("prod");

    const alert = said("PROD - Down");
    await alert.waitFor();
    await alert.getByText("Add the basket").waitFor();
    if (SCREENSHOTS !== undefined) await alert.screenshot({ path: join(SCREENSHOTS, "incident.png") });
    await alert.getByRole("button", { name: "Acknowledge" }).click();
    await alert.getByText("Acknowledged by").waitFor();
    app.mood = "good";

    await said("Up again after").waitFor();
    expect(await page.getByTestId("message").filter({ hasText: "PROD - Down" }).count()).toBe(0);
  });

  function said(words: string): Locator {
    return page.getByTestId("message").filter({ hasText: words });
  }
});
