import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { recordStory } from "./health-story.js";
import { type OpenPage, openPage } from "./page-scene.js";
import { startSandbox } from "./start-sandbox.js";

/** A folder for the documentation's pictures; none are kept without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];
/** The story is the whole history. */
const monitor = { enabled: false };

describe("/health on the sandbox page", () => {
  const app = createServer(({ url }, response) => {
    response.writeHead(url === "/broken" ? 500 : 200).end("ok");
  });
  let sandbox: Sandbox;
  let opened: OpenPage;
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
    for (const environment of ["preprod", "prod"]) {
      await recordStory(sandbox.redis.url, { project: "shop", environment }, Date.now());
    }
    opened = await openPage(sandbox);
    page = opened.page;
  });

  afterAll(async () => {
    await opened?.close();
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
