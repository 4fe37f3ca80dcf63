import type { Browser, Page } from "playwright-core";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { Channel, DiscordStandIn, Person } from "../../../sandbox/discord/types.js";
import type { CommitRequest } from "../../../sandbox/web/common/wire.js";
import { launchBrowser } from "../../../sandbox/web/launch-browser.js";
import { startWeb, type Web } from "../../../sandbox/web/start-web.js";
import { type SampleBot, startSampleBot } from "./sample-bot.js";

/** A browser on a busy machine takes its time. In milliseconds. */
export const browserTimeout = 30_000;

export interface WebFixture {
  readonly discord: DiscordStandIn;
  readonly bot: SampleBot;
  readonly web: Web;
  readonly camille: Person;
  readonly alex: Person;
  readonly pushed: readonly CommitRequest[];
  /** Opens the page on a channel that no other test uses. */
  open(viewer?: Person): Promise<{ readonly page: Page; readonly channel: Channel }>;
  close(): Promise<void>;
}

const sha = "3f9c2ab17d5e4f60718293a4b5c6d7e8f9012345";

export async function startWebFixture(): Promise<WebFixture> {
  const discord = await startDiscord();
  const developer = discord.addRole("developer", 0x3498db);
  const camille = discord.addPerson({ name: "Camille", roles: [developer.id], locale: "en-US" });
  const alex = discord.addPerson({ name: "Alex", locale: "fr" });
  const bot = await startSampleBot(discord);
  const pushed: CommitRequest[] = [];
  let running = true;
  const web = await startWeb({
    discord,
    github: { headOf: async () => sha },
    actions: {
      repositories: () => [{ fullName: "acme/shop", branches: ["main"] }],
      pushCommit: async (commit) => {
        if (commit.message === "refuse me") throw new Error("the branch is protected");
        pushed.push(commit);
        return { sha };
      },
      applications: () => [{ label: "shop on uat", url: "http://127.0.0.1:1/", running }],
      switchApplication: async (wanted) => {
        ({ running } = wanted);
      },
    },
  });
  const browser = await launchBrowser();
  let channels = 0;
  return {
    discord,
    bot,
    web,
    camille,
    alex,
    pushed,
    open: async (viewer = camille) => {
      channels += 1;
      const channel = discord.addChannel(`channel-${channels}`);
      return { channel, page: await openPage(browser, web.url, viewer, channel) };
    },
    close: async () => {
      await browser.close();
      await web.close();
      await bot.close();
      await discord.close();
    },
  };
}

async function openPage(browser: Browser, url: string, viewer: Person, channel: Channel): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(10_000);
  await page.goto(`${url}#${new URLSearchParams({ person: viewer.id, channel: channel.id })}`);
  await page.getByTestId(`channel-${channel.name}`).and(page.locator("[aria-current=page]")).waitFor();
  return page;
}
