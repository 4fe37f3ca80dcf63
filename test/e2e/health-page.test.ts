import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPageActions } from "../../sandbox/demo/page-actions.js";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";
import { launchBrowser } from "../../sandbox/web/launch-browser.js";
import { startWeb, type Web } from "../../sandbox/web/start-web.js";
import { recordStory } from "./health-story.js";

/** A folder for the documentation's pictures; none are kept without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];
/** The story is the whole history. */
const monitor = { enabled: false };

describe("/health on the sandbox page", () => {
  const app = createServer(({ url }, response) => {
    response.writeHead(url === "/broken" ? 500 : 200).end("ok");
  });
  let sandbox: Sandbox;
  let web: Web;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    app.listen(0, "127.0.0.1");
    await once(app, "listening");
    const address = `127.0.0.1:${(app.address() as AddressInfo).port}`;
    const disk = { type: "disk", path: "/", minimumFree: "1MB" };
    sandbox = await startSandbox({
      environments: {
        uat: { monitor },
        preprod: { monitor, health: [{ url: `http://${address}/broken` }] },
        prod: { monitor, health: [{ url: `http://${address}/health` }, { type: "tcp", address }, disk] },
      },
    });
    const { discord, github } = sandbox;
    for (const environment of ["preprod", "prod"]) {
      await recordStory(sandbox.redis.url, { project: "shop", environment }, Date.now());
    }
    web = await startWeb({ discord, github, actions: createPageActions(sandbox) });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 920, height: 1600 }, deviceScaleFactor: 2 });
    await page.goto(`${web.url}#person=${sandbox.people.alex.id}&channel=${sandbox.channel.id}`);
  });

  afterAll(async () => {
    await browser?.close();
    await web?.close();
    await sandbox?.close();
    app.close();
  });

  it("shows the checks of one environment, and the picture of how it was", async () => {
    const answer = await type("/health prod", "Health · shop / prod");
    const picture = answer.locator('img[src*="attachment"]');
    await picture.waitFor();

    await expect.poll(() => picture.evaluate((image) => "complete" in image && image.complete)).toBe(true);
    await keep(answer, "health.png");
  });

  it("shows all environments as a table", async () => {
    const answer = await type("/health", "Now: latency of the slowest check");

    expect(await answer.locator("pre").textContent()).toMatch(/^preprod +down +\d/m);
    await keep(answer, "health-overview.png");
  });

  async function type(text: string, answer: string): Promise<Locator> {
    await page.getByTestId("composer").fill(text);
    await page.getByTestId("composer").press("Enter");
    const message = page.getByTestId("message").filter({ hasText: answer });
    await message.waitFor();
    return message;
  }

  async function keep(element: Locator, name: string): Promise<void> {
    await element.screenshot(SCREENSHOTS === undefined ? {} : { path: join(SCREENSHOTS, name) });
  }
});
