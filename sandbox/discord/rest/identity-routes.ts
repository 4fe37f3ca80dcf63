import { refusals } from "../discord-error.js";
import { apiApplication, botUser, personUser } from "../guild/guild-payloads.js";
import type { World } from "../world.js";
import { defaultBucket, ok, param, type Route } from "./route.js";

/** Who the bot is, and where its gateway is. */
export function identityRoutes({ guild, gateway }: World): readonly Route[] {
  const url = gateway.url;
  const get = (path: string, answer: () => unknown): Route => ({
    method: "GET",
    path,
    auth: "bot",
    bucket: defaultBucket,
    handle: () => ok(answer()),
  });
  return [
    { ...get("/gateway", () => ({ url })), auth: "none", bucket: "none" },
    get("/gateway/bot", () => ({ url, shards: 1, session_start_limit: gateway.budget.sessionStartLimit() })),
    get("/users/@me", () => ({ ...botUser(guild.bot), verified: true, mfa_enabled: false, flags: 0 })),
    get("/applications/@me", () => apiApplication(guild)),
    get("/oauth2/applications/@me", () => apiApplication(guild)),
    {
      ...get("/users/:user", () => undefined),
      handle: (request) => {
        const id = param(request, "user");
        if (id === guild.bot.applicationId) return ok(botUser(guild.bot));
        const person = guild.people.get(id);
        if (!person) throw refusals.unknownUser();
        return ok(personUser(person));
      },
    },
  ];
}
