import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Changes } from "./changes.js";
import { createStandIn } from "./create-stand-in.js";
import { defaultLimits } from "./default-limits.js";
import { Gateway } from "./gateway/gateway.js";
import { CommandStore } from "./guild/command-store.js";
import { Guild } from "./guild/guild.js";
import { InteractionStore } from "./interactions/interaction-store.js";
import { MessageStore } from "./messages/message-store.js";
import { RestFaults } from "./rest/faults.js";
import { InvalidRequests } from "./rest/invalid-requests.js";
import { RateLimits } from "./rest/rate-limits.js";
import { RequestLog } from "./rest/request-log.js";
import { serveRest } from "./rest/rest-server.js";
import { allRoutes } from "./rest/routes.js";
import { serveAttachment } from "./rest/serve-attachment.js";
import { createSnowflakes } from "./snowflakes.js";
import type { DiscordOptions, DiscordStandIn } from "./types.js";
import type { World } from "./world.js";

/**
 * Starts a Discord of its own on 127.0.0.1 and a port that the system gives: REST v10 and the gateway on one
 * server, one guild in memory. A client needs nothing but its URL and token.
 */
export async function startDiscord(options: DiscordOptions = {}): Promise<DiscordStandIn> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const log = options.log ?? (() => undefined);
  const world = createWorld(options, `127.0.0.1:${port}`, log);
  const closing = new AbortController();
  const rest = {
    routes: allRoutes(world),
    botToken: world.botToken,
    faults: new RestFaults(),
    requests: new RequestLog(),
    invalid: new InvalidRequests(world.now, world.limits.invalidPerTenMinutes),
    rateLimits:
      options.rateLimits === false ? undefined : new RateLimits({ ...world.limits, now: world.now }),
    log,
    closing: closing.signal,
  };
  server.on("upgrade", (request, socket, head) => world.gateway.upgrade(request, socket, head));
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (serveAttachment(world.messages, request, response)) return;
    serveRest(rest, request, response).catch((error: unknown) => {
      log(`${request.method} ${request.url} broke: ${String(error)}`);
      response.destroy();
    });
  });
  let closed: Promise<void> | undefined;
  const close = async () => {
    closing.abort();
    world.gateway.close();
    world.interactions.close();
    world.changes.close();
    await closeServer(server);
  };
  return createStandIn(world, rest, () => {
    closed ??= close();
    return closed;
  });
}

function createWorld(
  options: DiscordOptions,
  address: string,
  log: (line: string) => void,
): World & { readonly botToken: string } {
  const now = options.now ?? Date.now;
  const limits = { ...defaultLimits, ...options.limits };
  const newId = createSnowflakes(now);
  const changes = new Changes();
  const guild = new Guild({ newId, now, changes, privilegedIntents: options.privilegedIntents ?? 0 });
  const { applicationId } = guild.bot;
  const botToken = createToken(applicationId);
  const rateLimits = options.rateLimits ?? true;
  const url = `ws://${address}/gateway`;
  return {
    now,
    limits,
    newId,
    changes,
    guild,
    botToken,
    commands: new CommandStore({ newId, changes, applicationId, guildId: guild.id }),
    messages: new MessageStore(changes),
    interactions: new InteractionStore({ newId, now, limits, changes }),
    gateway: new Gateway({ guild, changes, botToken, limits, rateLimits, now, log, url }),
    publicUrl: `http://${address}`,
  };
}

/** Three parts with dots between them, the first one the application id in base64, as Discord's tokens are. */
function createToken(applicationId: string): string {
  const id = Buffer.from(applicationId).toString("base64url");
  return `${id}.${randomBytes(4).toString("base64url")}.${randomBytes(28).toString("base64url")}`;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
