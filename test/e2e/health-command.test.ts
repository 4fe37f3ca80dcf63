import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageView } from "../../sandbox/discord/types.js";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { HealthHistory } from "../../src/health/history-store.js";
import { startSandbox } from "./start-sandbox.js";
import { textOf } from "./support.js";

/** The first bytes of every PNG. */
const PNG_SIGNATURE = "89504e470d0a1a0a";
const MINUTE_MS = 60_000;
/** Nothing but the test writes the history. */
const monitor = { enabled: false };

describe("/health", () => {
  const app = createServer((_request, response) => response.end("ok"));
  let url: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    app.listen(0, "127.0.0.1");
    await once(app, "listening");
    url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/health`;
    sandbox = await startSandbox({
      environments: {
        uat: { monitor },
        preprod: { monitor, health: [{ url }] },
        docs: { health: [] },
        slow: { monitor, health: [{ type: "command", run: ["sleep", "3"], timeout: "20s" }] },
      },
    });
  });
  afterAll(async () => {
    app.close();
    await sandbox?.close();
  });

  async function ask(environment?: string, person = sandbox.people.alex): Promise<MessageView> {
    const { discord, channel } = sandbox;
    const options = environment === undefined ? {} : { environment };
    const asked = await discord.runCommand(person.id, channel.id, "health", options);
    return asked.message ?? discord.waitForReply(asked.id);
  }

  it("probes a healthy app and shows how it was, as a picture", async () => {
    const redis = new Redis(sandbox.redis.url);
    const results = [{ check: "web", state: "up", latencyMs: 40 }] as const;
    const at = Date.now() - 10 * MINUTE_MS;
    await new HealthHistory(redis).record(
      { project: "shop", environment: "uat" },
      { at, coversMs: 5 * MINUTE_MS, results },
    );
    redis.disconnect();

    const answer = await ask("uat");

    expect(textOf(answer)).toMatch(/🟢 `http:\/\/127.0.0.1:\d+\/health` · up · \d+ ms/);
    expect(textOf(answer)).toContain("Uptime 24 h\n100%");
    const [picture] = answer.attachments;
    expect(answer.embeds[0]?.image?.url).toContain("health.png");
    const bytes = Buffer.from(await (await fetch(picture?.url ?? "")).arrayBuffer());
    expect(bytes.subarray(0, 8).toString("hex")).toBe(PNG_SIGNATURE);
  });

  it("says of an application that was stopped why it is down, to a French reader in French", async () => {
    expect(textOf(await ask("preprod"))).toContain(`🟢 \`${url}\` · up`);
    app.close();
    app.closeAllConnections();

    expect(textOf(await ask("preprod"))).toContain(`🔴 \`${url}\` · down · no answer (ECONNREFUSED)`);
    expect(textOf(await ask("preprod", sandbox.people.camille))).toContain(
      `🔴 \`${url}\` · en panne · pas de réponse (ECONNREFUSED)`,
    );
  });

  it("answers where a check takes longer than Discord waits", async () => {
    expect(textOf(await ask("slow"))).toContain("🟢 `web-1: sleep 3` · up");
  });

  it("says how to add a check where there is none", async () => {
    expect(textOf(await ask("docs"))).toContain("No health check is configured here.");
  });

  it("shows every environment in a table, and names what is down", async () => {
    const text = textOf(await ask());

    expect(text).toContain(`🔴 **shop / preprod** · \`${url}\` · no answer (ECONNREFUSED)`);
    expect(text).toMatch(/^uat +\d+ ms +100% +100% +100%$/m);
    expect(text).toMatch(/^preprod +down +– +– +–$/m);
    expect(text).toMatch(/^docs +no check +– +– +–$/m);
  });

  it("keeps nothing of what people looked at", async () => {
    const redis = new Redis(sandbox.redis.url);
    const keys = await redis.keys("slipway:health:shop/preprod:*");
    redis.disconnect();

    expect(keys).toEqual([]);
  });

  it("refuses an environment that is not configured", async () => {
    expect(textOf(await ask("moon"))).toContain("There is no environment `moon`");
  });
});
