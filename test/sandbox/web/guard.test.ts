import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { DiscordStandIn } from "../../../sandbox/discord/types.js";
import { startWeb, type Web } from "../../../sandbox/web/start-web.js";

describe("who may talk to the sandbox page's server", () => {
  let discord: DiscordStandIn;
  let web: Web;

  beforeAll(async () => {
    discord = await startDiscord();
    web = await startWeb({
      discord,
      github: { headOf: async () => "" },
      actions: {
        repositories: () => [],
        applications: () => [],
        switchApplication: async () => undefined,
        pushCommit: async () => ({ sha: "" }),
      },
    });
  });
  afterAll(async () => {
    await web?.close();
    await discord?.close();
  });

  it("serves the page with a policy that allows scripts from itself only", async () => {
    const response = await fetch(web.url);

    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  });

  it("refuses a name that is not this machine's", async () => {
    expect(await ask({ host: `attacker.test:${new URL(web.url).port}` })).toBe(403);
  });

  it("refuses this machine's name with another port", async () => {
    expect(await ask({ host: "127.0.0.1:1" })).toBe(403);
  });

  it("refuses another site's page", async () => {
    expect(await post({ origin: "https://attacker.test" })).toBe(403);
  });

  it("refuses a change without an origin", async () => {
    expect(await post({})).toBe(403);
  });

  it("takes a change from its own page", async () => {
    expect(await post({ origin: new URL(web.url).origin })).toBe(200);
  });

  it("answers 400 to a body that it does not understand", async () => {
    expect(await post({ origin: new URL(web.url).origin }, { personId: "not an id" })).toBe(400);
  });

  it("answers 404 for a file that no message has", async () => {
    const response = await fetch(new URL("/attachments/1", web.url));

    expect(response.status).toBe(404);
  });

  function ask(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const asked = request(web.url, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on("error", reject).end();
    });
  }

  async function post(
    headers: Readonly<Record<string, string>>,
    body: unknown = { personId: "1", channelId: "1", name: "deploy", options: {} },
  ): Promise<number> {
    const response = await fetch(new URL("/api/commands", web.url), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return response.status;
  }
});
