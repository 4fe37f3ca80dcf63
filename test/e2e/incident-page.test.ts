import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPageActions } from "../../sandbox/demo/page-actions.js";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";
import { launchBrowser } from "../../sandbox/web/launch-browser.js";
import { startWeb, type Web } from "../../sandbox/web/start-web.js";
import { MonitorAccess, ProbedApp, QUICK_MONITOR, WatchedEnvironments } from "./monitoring-scene.js";
import { commit, deploy } from "./support.js";

/** A folder for the documentation's pictures; none are kept without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];

describe("an incident on the sandbox page", () => {
  const watched = new WatchedEnvironments();
  let app: ProbedApp;
  let sandbox: Sandbox;
  let monitor: MonitorAccess;
  let web: Web;
  let browser: Browser;
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
    const { discord, github } = sandbox;
    web = await startWeb({ discord, github, actions: createPageActions(sandbox) });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 920, height: 1600 }, deviceScaleFactor: 2 });
    const channel = watched.channel("prod");
    await page.goto(`${web.url}#person=${sandbox.people.alex.id}&channel=${channel.id}`);
  });

  afterAll(async () => {
    await browser?.close();
    await web?.close();
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
