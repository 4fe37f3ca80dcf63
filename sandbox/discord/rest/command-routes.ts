import type { APIApplicationCommand } from "discord-api-types/v10";
import { refusals } from "../discord-error.js";
import { withoutLocalizations } from "../guild/command-store.js";
import {
  type CommandBody,
  parseCommand,
  parseCommandList,
  parseCommandPatch,
} from "../validate/check-commands.js";
import type { World } from "../world.js";
import {
  type Bucket,
  defaultBucket,
  noContent,
  ok,
  param,
  type RestReply,
  type RestRequest,
  type Route,
} from "./route.js";

/** Discord keeps writes of commands slow. */
const writeBucket: Bucket = { limit: 5, windowMs: 20_000 };

/** The commands of the application: its guild's, and none for all guilds. */
export function commandRoutes({ guild, commands }: World): readonly Route[] {
  const checked =
    (handle: Route["handle"]): Route["handle"] =>
    (request) => {
      if (param(request, "application") !== guild.bot.applicationId) throw refusals.missingAccess();
      if (!guild.bot.isMember || (request.params["guild"] ?? guild.id) !== guild.id)
        throw refusals.missingAccess();
      return handle(request);
    };
  const route = (method: string, path: string, handle: Route["handle"]): Route => ({
    method,
    path: `/applications/:application${path}`,
    auth: "bot",
    bucket: method === "GET" ? defaultBucket : writeBucket,
    handle: checked(handle),
  });
  const all = "/guilds/:guild/commands";
  const one = `${all}/:command`;
  const named = (request: RestRequest): APIApplicationCommand => commands.get(param(request, "command"));
  return [
    route("GET", "/commands", () => ok([])),
    route("GET", all, ({ query }) => listed(commands.list(), query)),
    route("PUT", all, ({ body }) => ok(commands.overwrite(parseCommandList(body)))),
    route("POST", all, ({ body }) => {
      const { command, isNew } = commands.put(parseCommand(body));
      return ok(command, isNew ? 201 : 200);
    }),
    route("GET", one, (request) => ok(named(request))),
    route("PATCH", one, (request) => {
      const old = named(request);
      return ok(commands.replace(old, parseCommandPatch(request.body, old as CommandBody)));
    }),
    route("DELETE", one, (request) => {
      commands.delete(named(request));
      return noContent;
    }),
  ];
}

function listed(commands: readonly APIApplicationCommand[], query: URLSearchParams): RestReply {
  return ok(query.get("with_localizations") === "true" ? commands : withoutLocalizations(commands));
}
