import type { Page } from "playwright-core";
import { createPageActions } from "../../sandbox/demo/page-actions.js";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { launchBrowser } from "../../sandbox/web/launch-browser.js";
import { startWeb } from "../../sandbox/web/start-web.js";

export interface OpenPage {
  readonly page: Page;
  close(): Promise<void>;
}

/** The sandbox's page in a real browser, as Alex sees the channel. */
export async function openPage(sandbox: Sandbox, channelId = sandbox.channel.id): Promise<OpenPage> {
  const { discord, github, people } = sandbox;
  const web = await startWeb({ discord, github, actions: createPageActions(sandbox) });
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 920, height: 1600 }, deviceScaleFactor: 2 });
  await page.goto(`${web.url}#person=${people.alex.id}&channel=${channelId}`);
  return {
    page,
    async close() {
      await browser.close();
      await web.close();
    },
  };
}
