import { DiscordAPIError, REST } from "discord.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { Channel, DiscordStandIn, Person } from "../../../sandbox/discord/types.js";
import type { LockNotices } from "../../../src/app/locks.js";
import type { ManualFreeze, PersonLock } from "../../../src/deployments/locks.js";
import { CommandMentions } from "../../../src/discord/command-mentions.js";
import { createLockNotices } from "../../../src/discord/lock-notices.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

const NOW = 1_700_000_000_000;
const BUTTON = "0123456789abcdef0123456789abcdef";

let discord: DiscordStandIn;
let fixture: RedisFixture;
let mentions: CommandMentions;
let channels: Record<"prod" | "project" | "general", Channel>;
let ada: Person;
let bob: Person;
let notices: LockNotices;
/** The lock that the button was made for. */
let buttonFor: PersonLock | undefined;

beforeAll(async () => {
  discord = await startDiscord({ rateLimits: false });
  fixture = await startRedisFixture();
  mentions = new CommandMentions(fixture.redis, Date.now);
  ada = discord.addPerson({ name: "ada" });
  bob = discord.addPerson({ name: "bob" });
});
beforeEach(() => {
  const names = ["prod", "project", "general"] as const;
  channels = Object.fromEntries(names.map((name) => [name, discord.addChannel(name)])) as typeof channels;
  notices = createLockNotices({
    config: configWith(
      {},
      {
        discord: { guild: discord.guildId, channel: channels.general.id },
        projects: {
          shop: {
            repository: "acme/shop",
            channel: channels.project.id,
            environments: { uat: environmentInput(), prod: environmentInput({ channel: channels.prod.id }) },
          },
          site: { repository: "acme/site", environments: { web: environmentInput() } },
        },
      },
    ),
    rest: new REST({ api: discord.apiUrl }).setToken(discord.botToken),
    mentions,
    actions: {
      buttonId: async (lock) => {
        buttonFor = lock;
        return BUTTON;
      },
    },
  });
});
afterAll(async () => {
  await discord?.close();
  await fixture?.close();
});

function aLock(changes: Partial<PersonLock> = {}): PersonLock {
  const owner = { userId: ada.id, userName: "ada" };
  const times = { since: NOW, expiresAt: NOW + 86_400_000, reminded: false };
  return { project: "shop", environment: "prod", owner, reason: "migration", ...times, ...changes };
}

function aFreeze(changes: Partial<ManualFreeze> = {}): ManualFreeze {
  const by = { userId: ada.id, userName: "ada" };
  return { project: "shop", environment: "prod", by, reason: "stop the line", since: NOW, ...changes };
}

const said = (channel: keyof typeof channels) => discord.messages(channels[channel].id);
const actor = ({ id, name }: Person) => ({ userId: id, userName: name });

describe("a notice", () => {
  it.each([
    ["an environment with a channel of its own", "shop", "prod", "prod"],
    ["an environment without one", "shop", "uat", "project"],
    ["a whole project", "shop", undefined, "project"],
    ["a project without a channel", "site", undefined, "general"],
    ["an environment that is not configured any more", "shop", "gone", "project"],
    ["a project that is not configured any more", "gone", "web", "general"],
    ["a project named like a part of every object", "constructor", undefined, "general"],
  ] as const)("about %s goes where its messages go", async (_what, project, environment, channel) => {
    await notices.locked(aLock({ project, environment }));

    const counts = (["prod", "project", "general"] as const).map((name) => said(name).length);
    expect(counts).toEqual((["prod", "project", "general"] as const).map((name) => Number(name === channel)));
  });

  it("is one message when it is posted twice, and another for another event", async () => {
    await Promise.all([notices.locked(aLock()), notices.locked(aLock())]);
    await notices.locked(aLock({ renewedAt: NOW + 1 }));
    await notices.expired(aLock());
    await notices.frozen(aFreeze());
    await notices.unfrozen(aFreeze(), undefined);
    await notices.unfrozen(aFreeze(), actor(bob));

    expect(said("prod").map(({ content }) => content)).toEqual([
      "🔒 **PROD - Locked**",
      "🔒 **PROD - Lock renewed**",
      "🔓 **PROD - The lock has ended**",
      "🧊 **PROD - Deployments are frozen**",
      "▶️ **PROD - The freeze has ended**",
      "▶️ **PROD - The freeze is lifted**",
    ]);
  });

  it("notifies nobody, whatever the reason says", async () => {
    await notices.locked(aLock({ reason: `@everyone <@${bob.id}>` }));
    await notices.frozen(aFreeze({ reason: `@here <@${bob.id}>` }));

    expect(said("prod").map(({ pinged }) => pinged)).toEqual([[], []]);
  });

  it("is made once when Discord takes it and then does not say so", async () => {
    discord.queueFault({ fault: { kind: "status-after-accepting", status: 502 }, method: "POST" });

    await notices.locked(aLock());

    expect(said("prod")).toHaveLength(1);
  });

  it("that Discord refuses is a fault of the caller", async () => {
    channels.prod = discord.addChannel("secret", { botAccess: false });
    const config = configWith({ prod: environmentInput({ channel: channels.prod.id }) });
    const rest = new REST({ api: discord.apiUrl }).setToken(discord.botToken);
    const blind = createLockNotices({ config, rest, mentions, actions: { buttonId: async () => BUTTON } });

    await expect(blind.locked(aLock())).rejects.toThrow(DiscordAPIError);
  });
});

describe("the owner of a lock", () => {
  it("is notified when somebody else takes it off, and not of their own doing", async () => {
    await notices.unlocked(aLock(), actor(bob));
    await notices.unlocked(aLock(), actor(ada));

    expect(said("prod").map(({ pinged }) => pinged)).toEqual([[ada.id], []]);
  });

  it("is reminded with a button that unlocks this very lock", async () => {
    await notices.reminder(aLock());

    const [reminder] = said("prod");
    expect(reminder?.pinged).toEqual([ada.id]);
    expect(reminder?.components).toMatchObject([{ components: [{ custom_id: BUTTON, label: "Unlock" }] }]);
    expect(buttonFor).toEqual(aLock());
  });
});
