import { REST } from "discord.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.js";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { DiscordStandIn } from "../../../sandbox/discord/types.js";
import { registerCommands } from "../../../src/discord/register-commands.js";

const definitions = commands.map(({ definition }) => definition);
let discord: DiscordStandIn;
let rest: REST;

beforeAll(async () => {
  discord = await startDiscord({ rateLimits: false });
  rest = new REST({ api: discord.apiUrl }).setToken(discord.botToken);
});
beforeEach(async () => {
  await registerCommands(rest, ids(), definitions);
});
afterAll(() => discord.close());

const ids = () => ({ applicationId: discord.applicationId, guildId: discord.guildId });
const writes = () => discord.requests.filter(({ method }) => method === "PUT").length;

describe("registerCommands", () => {
  it("writes nothing when Discord has these commands already", async () => {
    const before = writes();

    const { changed } = await registerCommands(rest, ids(), definitions);

    expect({ changed, writes: writes() - before }).toEqual({ changed: false, writes: 0 });
  });

  it("makes Discord's commands those of this version", async () => {
    expect(
      discord
        .commands()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(definitions.map(({ name }) => name).sort());
  });

  const [first, ...others] = definitions;
  if (first === undefined) throw new Error("there are no commands");
  const [option, ...options] = first.options ?? [];
  if (option === undefined) throw new Error("the first command has no options");

  it.each([
    ["a description", [{ ...first, description: "Another one" }, ...others]],
    ["a translation", [{ ...first, description_localizations: { fr: "Autre" } }, ...others]],
    [
      "an option's translation",
      [{ ...first, options: [{ ...option, name_localizations: { fr: "autre" } }, ...options] }, ...others],
    ],
    ["an option less", [{ ...first, options: [option] }, ...others]],
    ["a command less", others],
    ["a command more", [...definitions, { name: "ping", description: "Answers" }]],
  ])("writes once when there is %s", async (_what, changed) => {
    const before = writes();

    const answers = [
      await registerCommands(rest, ids(), changed),
      await registerCommands(rest, ids(), changed),
    ];

    expect(answers.map((answer) => answer.changed)).toEqual([true, false]);
    expect(writes() - before).toBe(1);
  });

  it("answers the ids that Discord gave the commands, whether it wrote them or not", async () => {
    const [, ...fewer] = definitions;
    const answers = [await registerCommands(rest, ids(), fewer), await registerCommands(rest, ids(), fewer)];

    const registered = new Map(discord.commands().map(({ name, id }) => [name, id]));
    expect(answers.map((answer) => answer.ids)).toEqual([registered, registered]);
  });

  it("is not misled by what Discord adds and leaves empty", async () => {
    const calls: string[] = [];
    const answered = definitions.map((definition) => ({
      ...definition,
      id: "1",
      version: "2",
      type: 1,
      nsfw: false,
      // Discord keeps the contexts of global commands only.
      contexts: null,
      integration_types: [0],
      default_member_permissions: null,
      options: definition.options?.map((each) => ({
        choices: null,
        required: false,
        ...each,
        added_later: 1,
      })),
    }));

    const { changed } = await registerCommands(
      {
        get: async () => answered,
        put: async () => calls.push("PUT"),
      },
      ids(),
      definitions,
    );

    expect({ changed, calls }).toEqual({ changed: false, calls: [] });
  });
});
