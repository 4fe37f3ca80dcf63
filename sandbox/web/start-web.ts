import Fastify, { type FastifyInstance } from "fastify";
import { ZodError, z } from "zod";
import type { DiscordStandIn } from "../discord/types.js";
import type { GitHubStandIn } from "../github/types.js";
import { bundlePage, type PageBundle } from "./bundle-page.js";
import { guardLoopback } from "./guard.js";
import { type LiveStream, openLiveStream } from "./live-stream.js";
import { contentSecurityPolicy, pageShell } from "./page-shell.js";
import { addActionRoutes, addAttachmentRoute, addHeadRoute, addSwitchRoute } from "./routes.js";
import { type GuildNames, guildSnapshot, messagesSnapshot } from "./snapshots.js";
import type { WebActions } from "./web-actions.js";

export interface WebOptions {
  readonly discord: DiscordStandIn;
  readonly github: Pick<GitHubStandIn, "headOf">;
  readonly actions: WebActions;
  /** @defaultValue 0: a free port chosen by the system */
  readonly port?: number;
  /** @defaultValue "Slipway sandbox" */
  readonly guildName?: string;
  /** @defaultValue "Slipway" */
  readonly botName?: string;
}

export interface Web {
  readonly url: string;
  close(): Promise<void>;
}

const EventsQuery = z.object({ viewer: z.string().default(""), channel: z.string().default("") });
const securityHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
} as const;

/** Serves the sandbox page on the loopback address. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { discord, github, actions } = options;
  const names = { guildName: options.guildName ?? "Slipway sandbox", botName: options.botName ?? "Slipway" };
  const server = Fastify({ forceCloseConnections: true });
  const streams = new Set<LiveStream>();
  server.removeContentTypeParser("text/plain");
  server.addHook("onRequest", async (_request, reply) => {
    reply.headers(securityHeaders);
  });
  guardLoopback(server);
  answerFaultsPlainly(server);
  addPageRoutes(server, bundlePage());
  addActionRoutes(server, discord, actions);
  addSwitchRoute(server, actions, () => refreshAll());
  addAttachmentRoute(server, discord);
  addHeadRoute(server, github, actions);
  addEventsRoute(server, options, names, streams);

  const refreshAll = (): void => {
    for (const stream of streams) stream.refresh();
  };
  const url = await server.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  const stopListening = discord.onChange(refreshAll);
  return {
    url: `${url}/`,
    close: async () => {
      stopListening();
      for (const stream of streams) stream.close();
      await server.close();
    },
  };
}

function addPageRoutes(server: FastifyInstance, bundle: PageBundle): void {
  server.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(pageShell));
  server.get("/page.js", (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(bundle.script),
  );
  server.get("/page.css", (_request, reply) => reply.type("text/css; charset=utf-8").send(bundle.styles));
}

function addEventsRoute(
  server: FastifyInstance,
  { discord, actions }: WebOptions,
  names: GuildNames,
  streams: Set<LiveStream>,
): void {
  server.get("/api/events", (request, reply) => {
    const wish = EventsQuery.parse(request.query);
    reply.hijack();
    const stream = openLiveStream(reply.raw, securityHeaders, {
      guild: () => guildSnapshot(discord, actions, names, wish),
      messages: () => messagesSnapshot(discord, wish),
    });
    streams.add(stream);
    reply.raw.on("close", () => {
      streams.delete(stream);
      stream.close();
    });
  });
}

function answerFaultsPlainly(server: FastifyInstance): void {
  server.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error instanceof ZodError ? 400 : (error.statusCode ?? 500);
    const reason = error instanceof ZodError ? z.prettifyError(error) : error.message;
    return reply.code(status).send({ error: reason });
  });
}
