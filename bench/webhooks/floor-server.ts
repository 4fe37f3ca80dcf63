/** Slipway's own way to take a webhook, down to the signature, but nothing is kept: what persisting costs is the rest. */
import type { AddressInfo } from "node:net";
import { Webhooks } from "@octokit/webhooks";
import Fastify from "fastify";

const webhooks = new Webhooks({ secret: process.env["WEBHOOK_SECRET"] ?? "" });
const server = Fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) =>
  done(null, body),
);
server.post("/webhooks/github", async (request, reply) => {
  const signature = String(request.headers["x-hub-signature-256"]);
  const signed = await webhooks.verify(String(request.body), signature);
  return reply.code(signed ? 202 : 401).send({ status: signed ? "accepted" : "refused" });
});
process.once("SIGTERM", () => process.exit(0));
await server.listen({ host: "127.0.0.1", port: 0 });
console.log(`ready ${(server.server.address() as AddressInfo).port}`);
