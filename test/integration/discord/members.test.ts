import { REST } from "discord.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { DiscordStandIn, Role } from "../../../sandbox/discord/types.js";
import { createMembers } from "../../../src/discord/members.js";

let discord: DiscordStandIn;
let rest: REST;
let approver: Role;
let ada: string;

beforeEach(async () => {
  discord = await startDiscord();
  approver = discord.addRole("approver");
  ada = discord.addPerson({ name: "Ada", roles: [approver.id] }).id;
  rest = new REST({ api: discord.apiUrl, retries: 0 }).setToken(discord.botToken);
});
afterEach(() => discord.close());

const members = () => createMembers(rest, discord.guildId);

describe("the members", () => {
  it("have their roles and the one that everybody has", async () => {
    expect(await members().rolesOf(ada)).toEqual([discord.guildId, approver.id]);
  });

  it("lose a role at once", async () => {
    const { rolesOf } = members();
    await rolesOf(ada);
    discord.setRoles(ada, []);

    expect(await rolesOf(ada)).toEqual([discord.guildId]);
  });

  it("do not hold somebody who is not in the guild", async () => {
    expect(await members().rolesOf("112233445566778899")).toBeUndefined();
  });

  it.each([500, 403])("are not known when Discord answers %i", async (status) => {
    discord.queueFault({ fault: { kind: "status", status }, path: /members/ });

    await expect(members().rolesOf(ada)).rejects.toMatchObject({ status });
  });

  it("are not known of another guild", async () => {
    await expect(createMembers(rest, "112233445566778800").rolesOf(ada)).rejects.toMatchObject({
      status: 404,
    });
  });
});
