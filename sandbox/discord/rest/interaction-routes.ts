import {
  IncomingWebhookRequestPartialSchema,
  IncomingWebhookUpdateRequestPartialSchema,
} from "discord-api-spec/zod";
import { MessageFlags } from "discord-api-types/v10";
import { refusals } from "../discord-error.js";
import { answerInteraction, replyPlace } from "../interactions/answer-interaction.js";
import type { StoredInteraction } from "../interactions/stored-interaction.js";
import { apiMessage } from "../messages/message-payloads.js";
import { publishMessage, removeMessage } from "../messages/publish-message.js";
import type { StoredMessage } from "../messages/stored-message.js";
import { createMessage, editMessage, type MessageBody } from "../messages/write-message.js";
import { parseBody } from "../validate/parse-body.js";
import type { World } from "../world.js";
import { type Bucket, noContent, ok, param, type RestRequest, type Route } from "./route.js";

/** What Discord's headers say on an interaction's webhook, per token. */
const webhookBucket: Bucket = { limit: 5, windowMs: 2_000 };

/** Answers to interactions and, for 15 minutes, their messages. The token in the path is the authority. */
export function interactionRoutes(world: World): readonly Route[] {
  const webhook = (method: string, path: string, handle: Route["handle"]): Route => ({
    method,
    path: `/webhooks/:application/:token${path}`,
    auth: "none",
    bucket: webhookBucket,
    handle,
  });
  const shown = (message: StoredMessage) => apiMessage(world.guild, world.publicUrl, message);
  const one = "/messages/:message";
  return [
    {
      method: "POST",
      path: "/interactions/:interaction/:token/callback",
      auth: "none",
      bucket: "none",
      handle: (request) => answerCallback(world, request),
    },
    webhook("POST", "", (request) => ok(shown(followUp(world, request)))),
    webhook("GET", one, (request) => ok(shown(namedMessage(world, request).message))),
    webhook("PATCH", one, (request) => ok(shown(editReply(world, request)))),
    webhook("DELETE", one, (request) => {
      removeMessage(world, namedMessage(world, request).message);
      return noContent;
    }),
  ];
}

function answerCallback(world: World, request: RestRequest) {
  const interaction = world.interactions.awaiting(param(request, "interaction"), param(request, "token"));
  const message = answerInteraction(world, interaction, request.body, request.files);
  if (request.query.get("with_response") !== "true") return noContent;
  const { type } = request.body as { readonly type: number };
  return ok({
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(message
        ? {
            response_message_id: message.id,
            response_message_loading: (message.flags & MessageFlags.Loading) !== 0,
            response_message_ephemeral: message.ephemeralFor !== undefined,
          }
        : {}),
    },
    resource: {
      type,
      ...(message ? { message: apiMessage(world.guild, world.publicUrl, message) } : {}),
    },
  });
}

function followUp(world: World, request: RestRequest): StoredMessage {
  const interaction = interactionOf(world, request);
  const body = parseBody(IncomingWebhookRequestPartialSchema, request.body ?? {}) as MessageBody;
  const original = world.messages.find(interaction.originalId ?? "");
  const isLoading = original !== undefined && (original.flags & MessageFlags.Loading) !== 0;
  // Discord takes the first follow-up of a deferred answer as its content.
  if (isLoading) return complete(world, interaction, original, body, request);
  const message = createMessage(world, replyPlace(interaction, body.flags ?? 0), body, request.files);
  interaction.followUps.add(message.id);
  interaction.replyId ??= message.id;
  return publishMessage(world, message);
}

function editReply(world: World, request: RestRequest): StoredMessage {
  const { interaction, message } = namedMessage(world, request);
  const body = parseBody(IncomingWebhookUpdateRequestPartialSchema, request.body ?? {}) as MessageBody;
  return complete(world, interaction, message, body, request);
}

function complete(
  world: World,
  interaction: StoredInteraction,
  message: StoredMessage,
  body: MessageBody,
  { files }: RestRequest,
): StoredMessage {
  const edited = editMessage(world, message, body, files);
  interaction.replyId ??= edited.id;
  return publishMessage(world, edited);
}

function interactionOf(world: World, request: RestRequest): StoredInteraction {
  const application = param(request, "application");
  return world.interactions.byToken(application, param(request, "token"), world.guild.bot.applicationId);
}

function namedMessage(world: World, request: RestRequest) {
  const interaction = interactionOf(world, request);
  const name = param(request, "message");
  const id = name === "@original" ? interaction.originalId : name;
  const belongs = id === interaction.originalId || interaction.followUps.has(id ?? "");
  const message = belongs ? world.messages.find(id ?? "") : undefined;
  if (!message) throw refusals.unknownMessage();
  return { interaction, message };
}
