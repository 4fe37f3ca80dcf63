import { randomUUID } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { performance } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import { DeliveryFailed } from "../errors.js";
import type { Delivery, DeliveryResult } from "../types.js";
import { sign } from "./sign.js";

/** How long GitHub waits for the answer to a delivery. */
const timeoutMs = 10_000;

/** One webhook of one repository has one id; the stand-in has one webhook. */
const hookId = "1";

export interface Deliverer {
  /** @throws DeliveryFailed */
  deliver(url: string, event: string, payload: unknown, delivery?: Delivery): Promise<DeliveryResult>;
  /** Gives up what is under way and resolves once nothing is. */
  close(): Promise<void>;
}

export function createDeliverer(secret: string): Deliverer {
  const underWay = new Set<Promise<unknown>>();
  const stop = new AbortController();

  return {
    deliver(url, event, payload, delivery = {}) {
      const deliveryId = delivery.deliveryId ?? randomUUID();
      const body = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
      const headers = deliveryHeaders(event, deliveryId, body, { secret, ...delivery });
      const result = post(url, deliveryId, headers, body, stop.signal);
      const tracked = result.catch(() => undefined).finally(() => underWay.delete(tracked));
      underWay.add(tracked);
      return result;
    },
    async close() {
      stop.abort();
      await Promise.all(underWay);
    },
  };
}

function deliveryHeaders(
  event: string,
  deliveryId: string,
  body: Uint8Array,
  { secret, signature }: Delivery & { readonly secret: string },
): Readonly<Record<string, string | number>> {
  const signed = { "x-hub-signature": sign(body, secret, "sha1"), "x-hub-signature-256": sign(body, secret) };
  // A wrong signature must stand alone, or the right one of the other header could let the delivery in.
  const forged = signature === "" ? {} : { "x-hub-signature-256": signature ?? "" };
  return {
    accept: "*/*",
    "content-type": "application/json",
    "content-length": body.byteLength,
    "user-agent": "GitHub-Hookshot/0a1b2c3",
    "x-github-delivery": deliveryId,
    "x-github-event": event,
    "x-github-hook-id": hookId,
    "x-github-hook-installation-target-id": "1",
    "x-github-hook-installation-target-type": "repository",
    ...(signature === undefined ? signed : forged),
  };
}

async function post(
  url: string,
  deliveryId: string,
  headers: Readonly<Record<string, string | number>>,
  body: Uint8Array,
  closing: AbortSignal,
): Promise<DeliveryResult> {
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await exchange(url, headers, body, AbortSignal.any([timeout, closing]));
    return { deliveryId, ...answer, milliseconds: performance.now() - startedAt };
  } catch (error) {
    const reason = closing.aborted ? "closed" : timeout.aborted ? "timeout" : "connection";
    throw new DeliveryFailed(deliveryId, url, reason, error);
  }
}

/** GitHub opens a connection per delivery and follows no redirect. */
function exchange(
  url: string,
  headers: Readonly<Record<string, string | number>>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const send = new URL(url).protocol === "https:" ? requestHttps : requestHttp;
    const request = send(url, { method: "POST", headers, agent: false, signal }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}
