import { setTimeout as pause } from "node:timers/promises";
import { Webhooks } from "@octokit/webhooks";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { z } from "zod";
import type { Push } from "../app/deploy-push.js";
import { BodyRoom } from "../http/body-room.js";
import { type ReadBody, readBody } from "../http/read-body.js";
import type { Secret } from "../secret.js";
import { readPush } from "./push-event.js";

/** Where pushes are kept until a worker takes them. */
export interface PushQueue {
  /** Persists the push; a delivery with a known id is not taken twice. */
  addPush(delivery: { id: string; push: Push }): Promise<void>;
}

export interface WebhookRouteParts {
  /** Any of them may have signed: the new and the old one while a secret is changed. */
  readonly secrets: readonly Secret[];
  readonly pushes: PushQueue;
  /** Whether any environment may deploy what is pushed to that branch. */
  readonly follows: (push: Push) => Promise<boolean>;
  readonly logger: Logger;
}

/** GitHub's own cap on a payload. Bytes. */
const PAYLOAD_LIMIT = 25 * 1024 * 1024;

/** What all payloads may take together until their signatures are checked: three of the largest. Bytes. */
const ROOM = 3 * PAYLOAD_LIMIT;

/** GitHub gives up after 10 s; it should hear of a Redis that is away before that. Milliseconds. */
const PERSIST_LIMIT_MS = 8_000;

/** Neither is signed: they are only names, and have to look like it. */
const Headers = z.object({
  "x-github-event": z.string().regex(/^[a-z0-9_]{1,64}$/),
  "x-github-delivery": z.string().regex(/^[0-9A-Za-z-]{1,64}$/),
});

const Signature = z.string().regex(/^sha256=[0-9a-f]{64}$/);

/**
 * `POST /webhooks/github`: checks the signature of the very bytes, persists a push that matters, answers 202. The
 * work comes later, in a job: GitHub waits 10 s and does not deliver again by itself. What nothing follows is
 * answered and forgotten.
 */
export function addWebhookRoute(server: FastifyInstance, parts: WebhookRouteParts): void {
  const room = new BodyRoom(ROOM);
  const verifiers = parts.secrets.map((secret) => new Webhooks({ secret: secret.reveal() }));
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body stays where it is until the headers have been looked at.
    scope.addContentTypeParser("application/json", (_request, _body, done) => done(null));
    scope.post("/webhooks/github", async (request, reply) => {
      const { status, answer } = await takeDelivery(parts, room, verifiers, request);
      // What still comes of such a body is not worth a connection.
      if (status === 413 || answer === NO_ROOM.answer) reply.header("connection", "close");
      return reply.code(status).send(answer);
    });
  });
}

async function takeDelivery(
  parts: WebhookRouteParts,
  room: BodyRoom,
  verifiers: readonly Webhooks[],
  request: FastifyRequest,
) {
  const signature = Signature.safeParse(request.headers["x-hub-signature-256"]);
  if (!signature.success) return refuse(401, "the signature is missing or malformed");
  const headers = Headers.safeParse(request.headers);
  if (!headers.success) return refuse(400, "the GitHub headers are missing or malformed");
  const { "x-github-event": event, "x-github-delivery": id } = headers.data;

  const body = await readBody(request.raw, room, PAYLOAD_LIMIT);
  if (body.kind !== "whole") return refuseBody(parts, body.kind, { delivery: id, event });
  const text = body.bytes.toString("utf8");
  if (!(await isSigned(verifiers, text, signature.data))) {
    parts.logger.warn({ delivery: id, event }, "refused a webhook whose signature does not match any secret");
    return refuse(401, "the signature does not match");
  }
  if (event !== "push") return IGNORED;

  const payload = parseJson(text);
  if (payload === undefined) return refuse(400, "the body is not JSON");
  const read = readPush(payload);
  if (read.kind === "ignored") {
    parts.logger.info({ delivery: id, reason: read.reason }, "ignored a delivery");
    return IGNORED;
  }
  return persist(parts, { id, push: read.push });
}

function refuseBody(
  { logger }: WebhookRouteParts,
  kind: Exclude<ReadBody["kind"], "whole">,
  delivery: { readonly delivery: string; readonly event: string },
) {
  switch (kind) {
    case "too-large":
      return refuse(413, "the body is larger than GitHub sends");
    case "no-room":
      logger.warn(delivery, "closed a webhook that came slowly: other bodies needed the memory");
      return NO_ROOM;
    case "broken-off":
      return refuse(400, "the body ended early");
  }
}

const NO_ROOM = refuse(503, "too many bodies at once; deliver it again");

const IGNORED = { status: 202, answer: { status: "ignored" } };

async function persist(parts: WebhookRouteParts, delivery: { id: string; push: Push }) {
  const persisted = persistIfFollowed(parts, delivery).catch((error: unknown) => {
    parts.logger.error({ err: error, delivery: delivery.id }, "a delivery could not be persisted");
    return undefined;
  });
  const answer = await Promise.race([persisted, pause(PERSIST_LIMIT_MS, undefined, { ref: false })]);
  if (answer !== undefined) return answer;
  // It may still be persisted when Redis is back; a redelivery then changes nothing.
  return refuse(503, "the delivery could not be persisted in time; deliver it again");
}

async function persistIfFollowed(
  { follows, pushes, logger }: WebhookRouteParts,
  delivery: { id: string; push: Push },
) {
  const { id, push } = delivery;
  if (await follows(push)) {
    await pushes.addPush(delivery);
    return { status: 202, answer: { status: "accepted" } };
  }
  const { repository, repositoryId, branch } = push;
  logger.info(
    { delivery: id, repository, repositoryId, branch },
    "ignored a push that no environment follows",
  );
  return IGNORED;
}

async function isSigned(verifiers: readonly Webhooks[], text: string, signature: string): Promise<boolean> {
  if (text === "") return false;
  const results = await Promise.all(verifiers.map((verifier) => verifier.verify(text, signature)));
  return results.includes(true);
}

function refuse(status: number, error: string) {
  return { status, answer: { error } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
