import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCodes, formWithFiles, restCall } from "./rest-call.js";
import { type Scene, startScene } from "./start-client.js";

const v2 = 32_768;
const text = (content: string) => ({ type: 10, content });
const button = (fields: object) => ({ type: 2, style: 1, label: "Go", custom_id: "go", ...fields });
const row = (...components: object[]) => ({ type: 1, components });
const buttons = (count: number) => Array.from({ length: count }, (_, n) => button({ custom_id: `b${n}` }));

let scene: Scene;
let path: string;

beforeAll(async () => {
  scene = await startScene({ rateLimits: false });
  path = `/channels/${scene.channel.id}/messages`;
});

afterAll(() => scene.discord.close());

describe("a message that Discord takes", () => {
  it.each([
    ["2,000 characters, each outside the first plane", { content: "😀".repeat(2_000) }],
    ["a label of 80 such characters", { components: [row(button({ label: "😀".repeat(80) }))] }],
    [
      "embeds of 6,000 characters in total",
      { embeds: [{ description: "x".repeat(4_096) }, { description: "y".repeat(1_904) }] },
    ],
    [
      "five rows of five buttons",
      {
        components: Array.from({ length: 5 }, (_, r) =>
          row(...buttons(5).map((b, n) => ({ ...b, custom_id: `${r}-${n}` }))),
        ),
      },
    ],
    ["40 components of version 2", { flags: v2, components: Array.from({ length: 40 }, () => text("x")) }],
    [
      "a button with an emoji only",
      { components: [row({ type: 2, style: 2, custom_id: "x", emoji: { name: "🔥" } })] },
    ],
    ["a link", { components: [row({ type: 2, style: 5, label: "Open", url: "https://example.com" })] }],
    [
      "a button with a custom_id of 100 characters",
      { components: [row(button({ custom_id: "x".repeat(100) }))] },
    ],
  ])("%s", async (_, body) => {
    const { status } = await restCall(scene.discord, "POST", path, body);

    expect(status).toBe(200);
  });
});

describe("a message that Discord refuses", () => {
  it.each([
    ["content over 2,000", { content: "x".repeat(2_001) }, "BASE_TYPE_MAX_LENGTH"],
    ["content that is no text", { content: 5 }, "BASE_TYPE_BAD_TYPE"],
    ["11 embeds", { embeds: Array(11).fill({ title: "x" }) }, "BASE_TYPE_MAX_LENGTH"],
    [
      "embeds over 6,000 in total",
      { embeds: [{ description: "x".repeat(4_000) }, { description: "y".repeat(2_001) }] },
      "MAX_EMBED_SIZE_EXCEEDED",
    ],
    ["an embed title over 256", { embeds: [{ title: "x".repeat(257) }] }, "BASE_TYPE_MAX_LENGTH"],
    [
      "an embed description over 4,096",
      { embeds: [{ description: "x".repeat(4_097) }] },
      "BASE_TYPE_MAX_LENGTH",
    ],
    [
      "26 embed fields",
      { embeds: [{ fields: Array(26).fill({ name: "n", value: "v" }) }] },
      "BASE_TYPE_MAX_LENGTH",
    ],
    [
      "an embed field name over 256",
      { embeds: [{ fields: [{ name: "x".repeat(257), value: "v" }] }] },
      "BASE_TYPE_MAX_LENGTH",
    ],
    [
      "an embed field value over 1,024",
      { embeds: [{ fields: [{ name: "n", value: "x".repeat(1_025) }] }] },
      "BASE_TYPE_MAX_LENGTH",
    ],
    [
      "an embed field without value",
      { embeds: [{ fields: [{ name: "n", value: "" }] }] },
      "BASE_TYPE_REQUIRED",
    ],
    [
      "an embed footer over 2,048",
      { embeds: [{ footer: { text: "x".repeat(2_049) } }] },
      "BASE_TYPE_MAX_LENGTH",
    ],
    ["an embed author over 256", { embeds: [{ author: { name: "x".repeat(257) } }] }, "BASE_TYPE_MAX_LENGTH"],
    [
      "an embed link that is none",
      { embeds: [{ title: "x", url: "javascript:alert(1)" }] },
      "URL_TYPE_INVALID_SCHEME",
    ],
    [
      "six rows",
      { components: Array.from({ length: 6 }, (_, n) => row(button({ custom_id: `r${n}` }))) },
      "BASE_TYPE_BAD_LENGTH",
    ],
    ["six buttons in a row", { components: [row(...buttons(6))] }, "BASE_TYPE_MAX_LENGTH"],
    ["a row without anything", { components: [row()] }, "BASE_TYPE_BAD_LENGTH"],
    [
      "a button without custom_id",
      { components: [row({ type: 2, style: 1, label: "Go" })] },
      "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
    ],
    [
      "a button without label",
      { components: [row({ type: 2, style: 1, custom_id: "go" })] },
      "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
    ],
    [
      "a button label over 80",
      { components: [row(button({ label: "x".repeat(81) }))] },
      "BASE_TYPE_MAX_LENGTH",
    ],
    [
      "a link without url",
      { components: [row({ type: 2, style: 5, label: "Open" })] },
      "BUTTON_COMPONENT_URL_REQUIRED",
    ],
    [
      "a link with a custom_id",
      { components: [row({ type: 2, style: 5, label: "Open", url: "https://example.com", custom_id: "x" })] },
      "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ],
    [
      "a link to another scheme",
      { components: [row({ type: 2, style: 5, label: "Open", url: "ssh://example.com" })] },
      "URL_TYPE_INVALID_SCHEME",
    ],
    [
      "a custom_id over 100",
      { components: [row(button({ custom_id: "x".repeat(101) }))] },
      "BASE_TYPE_MAX_LENGTH",
    ],
    ["a custom_id twice", { components: [row(button({}), button({}))] }, "COMPONENT_CUSTOM_ID_DUPLICATED"],
    ["an unknown button style", { components: [row(button({ style: 9 }))] }, "BASE_TYPE_CHOICES"],
    ["an unknown component", { components: [{ type: 99 }] }, "UNION_TYPE_CHOICES"],
    ["version 2 without its flag", { components: [text("x")] }, "UNION_TYPE_CHOICES"],
    [
      "version 2 with content",
      { flags: v2, content: "x", components: [text("x")] },
      "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ],
    [
      "version 2 with embeds",
      { flags: v2, embeds: [{ title: "x" }], components: [text("x")] },
      "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ],
    [
      "version 2 with 41 nested",
      {
        flags: v2,
        components: [{ type: 17, components: Array.from({ length: 39 }, () => text("x")) }, text("y")],
      },
      "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ],
    [
      "version 2 over 4,000 characters",
      { flags: v2, components: [text("x".repeat(2_001)), text("y".repeat(2_000))] },
      "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ],
    ["version 2 with empty text", { flags: v2, components: [text("")] }, "BASE_TYPE_BAD_LENGTH"],
    [
      "a file component without its file",
      { flags: v2, components: [{ type: 13, file: { url: "attachment://none.txt" } }] },
      "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ],
    ["a nonce over 25", { content: "x", nonce: "n".repeat(26) }, "BASE_TYPE_MAX_LENGTH"],
    [
      "allowed mentions that contradict themselves",
      { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } },
      "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ],
    ["an attachment that is not there", { content: "x", attachments: [{ id: "0" }] }, "ATTACHMENT_NOT_FOUND"],
    [
      "a reply to nothing",
      { content: "x", message_reference: { message_id: "1" } },
      "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
    ],
  ])("%s", async (_, body, expected) => {
    const answer = await restCall(scene.discord, "POST", path, body);

    expect(answer.status).toBe(400);
    expect(answer.body["code"]).toBe(50035);
    expect(errorCodes(answer.body["errors"])).toContain(expected);
  });

  it.each([
    ["nothing", {}],
    ["blanks", { content: " \n " }],
    ["an embed without anything", { embeds: [{}] }],
    ["version 2 without components", { flags: v2 }],
  ])("empty: %s", async (_, body) => {
    const answer = await restCall(scene.discord, "POST", path, body);

    expect([answer.status, answer.body["code"]]).toEqual([400, 50006]);
  });

  it("names the place of the fault", async () => {
    const answer = await restCall(scene.discord, "POST", path, {
      components: [row(button({ custom_id: "" }))],
    });

    expect(answer.body["errors"]).toEqual({
      components: {
        "0": {
          components: {
            "0": {
              custom_id: {
                _errors: [{ code: "BASE_TYPE_BAD_LENGTH", message: "Must be 1 or more in length." }],
              },
            },
          },
        },
      },
    });
  });

  it.each([
    ["11 files", Array(11).fill(1), 400, 30015],
    ["a file over 10 MiB", [10 * 1024 * 1024 + 1], 413, 40005],
  ])("%s", async (_, sizes, status, code) => {
    const answer = await restCall(scene.discord, "POST", path, formWithFiles({ content: "x" }, sizes));

    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
  });
});

describe("an edit", () => {
  async function post(body: object): Promise<string> {
    const { body: message } = await restCall(scene.discord, "POST", path, body);
    return `${path}/${message["id"]}`;
  }

  it("leaves what it does not name", async () => {
    const message = await post({ content: "a", embeds: [{ title: "kept" }] });

    const { body } = await restCall(scene.discord, "PATCH", message, { content: "b" });

    expect(body).toMatchObject({ content: "b", embeds: [{ title: "kept" }] });
  });

  it("drops the files that its attachments leave out", async () => {
    const { body: posted } = await restCall(scene.discord, "POST", path, formWithFiles({}, [1, 2]));
    const [, second] = posted["attachments"] as readonly { id: string }[];

    const { body } = await restCall(scene.discord, "PATCH", `${path}/${posted["id"]}`, {
      attachments: [{ id: second?.id }],
    });

    expect(body["attachments"]).toMatchObject([{ id: second?.id, size: 2 }]);
  });

  it("has of its new files those that its attachments name", async () => {
    const { body: posted } = await restCall(scene.discord, "POST", path, formWithFiles({}, [1]));

    const edit = formWithFiles({ attachments: [{ id: "1" }] }, [2, 3]);
    const { body } = await restCall(scene.discord, "PATCH", `${path}/${posted["id"]}`, edit);

    expect(body["attachments"]).toMatchObject([{ size: 3 }]);
  });

  it("to version 2 is refused while the content stays", async () => {
    const message = await post({ content: "a" });

    const refused = await restCall(scene.discord, "PATCH", message, { flags: v2, components: [text("x")] });
    const taken = await restCall(scene.discord, "PATCH", message, {
      content: null,
      flags: v2,
      components: [text("x")],
    });

    expect(refused.body["code"]).toBe(50035);
    expect(taken.status).toBe(200);
  });

  it("that leaves nothing is refused", async () => {
    const message = await post({ content: "a" });

    const { body } = await restCall(scene.discord, "PATCH", message, { content: "" });

    expect(body["code"]).toBe(50006);
  });

  it("of a person's message is refused", async () => {
    const said = scene.discord.say(scene.person.id, scene.channel.id, "mine");

    const edit = await restCall(scene.discord, "PATCH", `${path}/${said.id}`, { content: "b" });
    const removal = await restCall(scene.discord, "DELETE", `${path}/${said.id}`);

    expect([edit.status, edit.body["code"]]).toEqual([403, 50005]);
    expect([removal.status, removal.body["code"]]).toEqual([403, 50013]);
  });
});

describe("a request about what is not there", () => {
  it.each([
    ["a route", "GET", "/nothing", 404, 0],
    ["a method", "PUT", "/users/@me", 405, 0],
    ["a channel", "POST", "/channels/1/messages", 404, 10003],
    ["a guild", "GET", "/guilds/1", 404, 10004],
    ["a user", "GET", "/users/1", 404, 10013],
    ["commands of another guild", "GET", "/applications/1/guilds/1/commands", 403, 50001],
    ["an interaction", "POST", "/interactions/1/x/callback", 404, 10062],
    ["a webhook", "POST", "/webhooks/1/x", 401, 50027],
  ])("%s", async (_, method, route, status, code) => {
    const answer = await restCall(
      scene.discord,
      method,
      route,
      method === "GET" ? undefined : { content: "x" },
    );

    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
    expect(scene.discord.requests.at(-1)).toMatchObject({ method, path: route, status });
  });

  it("a message", async () => {
    const answer = await restCall(scene.discord, "PATCH", `${path}/1`, { content: "x" });

    expect([answer.status, answer.body["code"]]).toEqual([404, 10008]);
  });

  it("a channel that the bot may not see", async () => {
    const { id } = scene.discord.addChannel("secret", { botAccess: false });

    const answer = await restCall(scene.discord, "POST", `/channels/${id}/messages`, { content: "x" });

    expect([answer.status, answer.body["code"]]).toEqual([403, 50001]);
  });

  it("the right token", async () => {
    const before = scene.discord.invalidRequests;

    const answer = await restCall(scene.discord, "GET", "/users/@me", undefined, {
      authorization: "Bot wrong",
    });

    expect([answer.status, answer.body["code"]]).toEqual([401, 0]);
    expect(scene.discord.invalidRequests).toBe(before + 1);
  });

  it("a body that is JSON", async () => {
    const response = await fetch(`${scene.discord.apiUrl}/v10${path}`, {
      method: "POST",
      headers: { authorization: `Bot ${scene.discord.botToken}`, "content-type": "application/json" },
      body: "{",
    });

    expect(await response.json()).toMatchObject({ code: 50109 });
  });

  it("the version of the API", async () => {
    const response = await fetch(`${scene.discord.apiUrl}/users/@me`, {
      headers: { authorization: `Bot ${scene.discord.botToken}` },
    });

    expect(response.status).toBe(404);
  });
});
