import { MessageCreateRequestSchema, MessageEditRequestPartialSchema } from "discord-api-spec/zod";
import type { RESTPostAPIChannelMessageJSONBody } from "discord-api-types/v10";
import { refusals } from "../discord-error.js";
import { apiChannel } from "../guild/guild-payloads.js";
import { apiMessage } from "../messages/message-payloads.js";
import { publishMessage, removeMessage } from "../messages/publish-message.js";
import type { StoredMessage } from "../messages/stored-message.js";
import { createMessage, editMessage, type MessageBody } from "../messages/write-message.js";
import { refuseForm } from "../validate/form-errors.js";
import { parseBody } from "../validate/parse-body.js";
import type { World } from "../world.js";
import { listMessages } from "./list-messages.js";
import { type Bucket, noContent, ok, param, type RestReply, type RestRequest, type Route } from "./route.js";

/** What Discord's headers say on the message routes, per channel. */
const writeBucket: Bucket = { limit: 5, windowMs: 5_000 };
const readBucket: Bucket = { limit: 5, windowMs: 5_000 };
const deleteBucket: Bucket = { limit: 5, windowMs: 1_000 };

/** Channels and their messages. */
export function channelRoutes(world: World): readonly Route[] {
  const route = (method: string, path: string, bucket: Bucket, handle: Route["handle"]): Route => ({
    method,
    path: `/channels/:channel${path}`,
    auth: "bot",
    bucket,
    handle: (request) => {
      world.guild.channelForBot(param(request, "channel"));
      return handle(request);
    },
  });
  const shown = (message: StoredMessage) => apiMessage(world.guild, world.publicUrl, message);
  const named = (request: RestRequest) =>
    world.messages.getPublic(param(request, "channel"), param(request, "message"));
  return [
    route("GET", "", readBucket, (request) =>
      ok(apiChannel(world.guild, world.guild.channel(param(request, "channel")))),
    ),
    route("GET", "/messages", readBucket, (request) =>
      ok(listMessages(world.messages.visible(param(request, "channel")), request.query).map(shown)),
    ),
    route("POST", "/messages", writeBucket, (request) => ok(shown(post(world, request)))),
    route("GET", "/messages/:message", readBucket, (request) => ok(shown(named(request)))),
    route("PATCH", "/messages/:message", writeBucket, (request) => {
      const body = parseBody(MessageEditRequestPartialSchema, request.body ?? {}) as MessageBody;
      const message = named(request);
      if (message.authorId !== world.guild.bot.applicationId) throw refusals.notTheAuthor();
      return ok(shown(publishMessage(world, editMessage(world, message, body, request.files))));
    }),
    route("DELETE", "/messages/:message", deleteBucket, (request): RestReply => {
      const message = named(request);
      if (message.authorId !== world.guild.bot.applicationId) throw refusals.missingPermissions();
      removeMessage(world, message);
      return noContent;
    }),
    route("POST", "/typing", writeBucket, () => noContent),
  ];
}

function post(world: World, request: RestRequest): StoredMessage {
  const channelId = param(request, "channel");
  const body = parseBody(MessageCreateRequestSchema, request.body ?? {});
  const { nonce } = body;
  const enforceNonce = Boolean(body.enforce_nonce) && hasNonce(nonce);
  const before =
    enforceNonce && world.messages.findByNonce(channelId, nonce, world.now() - world.limits.nonceMs);
  if (before) return before;
  const replyTo = referencedMessage(world, channelId, body);
  const place = {
    channelId,
    enforceNonce,
    ...(hasNonce(nonce) ? { nonce } : {}),
    ...(replyTo ? { replyTo } : {}),
  };
  return publishMessage(world, createMessage(world, place, body as MessageBody, request.files));
}

function hasNonce(nonce: string | number | null | undefined): nonce is string | number {
  return nonce !== undefined && nonce !== null;
}

function referencedMessage(
  world: World,
  channelId: string,
  { message_reference: reference }: RESTPostAPIChannelMessageJSONBody,
): string | undefined {
  if (!reference) return undefined;
  const known = world.messages.visible(channelId).some((message) => message.id === reference.message_id);
  if (known) return reference.message_id;
  if (reference.fail_if_not_exists === false) return undefined;
  return refuseForm(["message_reference"], "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
}
