import { refusals } from "../discord-error.js";
import { apiGuild, apiRoles, botMember, personMember, visibleChannels } from "../guild/guild-payloads.js";
import type { World } from "../world.js";
import { defaultBucket, ok, param, type RestRequest, type Route } from "./route.js";

/** The guild, its roles, channels and members. */
export function guildRoutes({ guild }: World): readonly Route[] {
  const get = (path: string, answer: (request: RestRequest) => unknown): Route => ({
    method: "GET",
    path: `/guilds/:guild${path}`,
    auth: "bot",
    bucket: defaultBucket,
    handle: (request) => {
      if (!guild.bot.isMember || param(request, "guild") !== guild.id) throw refusals.unknownGuild();
      return ok(answer(request));
    },
  });
  return [
    get("", () => apiGuild(guild)),
    get("/roles", () => apiRoles(guild)),
    get("/channels", () => visibleChannels(guild)),
    get("/members/:member", (request) => {
      const id = param(request, "member");
      if (id === guild.bot.applicationId) return botMember(guild.bot);
      const person = guild.people.get(id);
      if (!person) throw refusals.unknownMember();
      return personMember(person);
    }),
  ];
}
