import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCodes, restCall } from "./rest-call.js";
import { type Scene, startScene } from "./start-client.js";

let scene: Scene;
let path: string;

beforeAll(async () => {
  scene = await startScene({ rateLimits: false });
  path = `/applications/${scene.discord.applicationId}/guilds/${scene.discord.guildId}/commands`;
});

afterAll(() => scene.discord.close());

const command = (fields: object = {}) => ({ name: "deploy", description: "Deploys", ...fields });
const option = (fields: object = {}) => ({ type: 3, name: "ref", description: "What", ...fields });
const choices = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `c${n}`, value: `v${n}` }));

describe("commands that Discord takes", () => {
  it.each([
    ["other scripts", command({ name: "déployer" })],
    ["permissions as digits", command({ default_member_permissions: "8" })],
    ["25 choices", command({ options: [option({ choices: choices(25) })] })],
    ["a known locale", command({ description_localizations: { fr: "Déploie" } })],
    [
      "a subcommand",
      command({ options: [{ type: 1, name: "take", description: "Takes", options: [option()] }] }),
    ],
  ])("%s", async (_, body) => {
    const { status } = await restCall(scene.discord, "PUT", path, [body]);

    expect(status).toBe(200);
  });
});

describe("commands that Discord refuses", () => {
  it.each([
    ["an upper case name", "APPLICATION_COMMAND_INVALID_NAME", [command({ name: "Deploy" })]],
    ["a blank in the name", "APPLICATION_COMMAND_INVALID_NAME", [command({ name: "de ploy" })]],
    ["a name over 32", "BASE_TYPE_MAX_LENGTH", [command({ name: "x".repeat(33) })]],
    ["no name", "BASE_TYPE_REQUIRED", [{ description: "x" }]],
    ["no description", "BASE_TYPE_REQUIRED", [{ name: "deploy" }]],
    ["a description over 100", "BASE_TYPE_MAX_LENGTH", [command({ description: "x".repeat(101) })]],
    ["a name twice", "APPLICATION_COMMANDS_DUPLICATE_NAME", [command(), command()]],
    [
      "26 options",
      "BASE_TYPE_MAX_LENGTH",
      [command({ options: Array.from({ length: 26 }, (_, n) => option({ name: `o${n}` })) })],
    ],
    ["26 choices", "BASE_TYPE_MAX_LENGTH", [command({ options: [option({ choices: choices(26) })] })]],
    [
      "a choice twice",
      "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
      [command({ options: [option({ choices: [...choices(1), ...choices(1)] })] })],
    ],
    [
      "a choice over 100",
      "BASE_TYPE_BAD_LENGTH",
      [command({ options: [option({ choices: [{ name: "a", value: "x".repeat(101) }] })] })],
    ],
    [
      "choices and autocomplete",
      "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
      [command({ options: [option({ choices: choices(1), autocomplete: true })] })],
    ],
    [
      "required after optional",
      "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
      [command({ options: [option(), option({ name: "b", required: true })] })],
    ],
    [
      "an option twice",
      "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
      [command({ options: [option(), option()] })],
    ],
    [
      "an option without description",
      "BASE_TYPE_REQUIRED",
      [command({ options: [{ type: 3, name: "ref" }] })],
    ],
    ["an option of unknown type", "UNION_TYPE_CHOICES", [command({ options: [option({ type: 42 })] })]],
    [
      "an upper case option",
      "APPLICATION_COMMAND_INVALID_NAME",
      [command({ options: [option({ name: "Ref" })] })],
    ],
    ["an unknown locale", "ENUM_TYPE_COERCE", [command({ name_localizations: { xx: "deploy" } })]],
    [
      "an upper case localization",
      "APPLICATION_COMMAND_INVALID_NAME",
      [command({ name_localizations: { fr: "Déployer" } })],
    ],
    [
      "permissions that are no digits",
      "STRING_TYPE_REGEX",
      [command({ default_member_permissions: "admin" })],
    ],
    [
      "options beside subcommands",
      "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
      [command({ options: [{ type: 1, name: "a", description: "a" }, option()] })],
    ],
    [
      "more than 8,000 characters",
      "APPLICATION_COMMAND_TOO_LARGE",
      [
        command({
          options: Array.from({ length: 25 }, (_, n) =>
            option({
              name: `o${n}`,
              choices: Array.from({ length: 25 }, (_, c) => ({ name: `c${c}`, value: "x".repeat(20) })),
            }),
          ),
        }),
      ],
    ],
  ])("%s", async (_, expected, body) => {
    const answer = await restCall(scene.discord, "PUT", path, body);

    expect([answer.status, answer.body["code"]]).toEqual([400, 50035]);
    expect(errorCodes(answer.body["errors"])).toEqual([expected]);
  });
});

describe("registered commands", () => {
  it("keep their id and version when nothing changed", async () => {
    const first = await restCall(scene.discord, "PUT", path, [command()]);

    const second = await restCall(scene.discord, "PUT", path, [command()]);

    expect(second.body).toEqual(first.body);
  });

  it("come without localizations unless asked for", async () => {
    await restCall(scene.discord, "PUT", path, [command({ description_localizations: { fr: "Déploie" } })]);

    const plain = await restCall(scene.discord, "GET", path);
    const full = await restCall(scene.discord, "GET", `${path}?with_localizations=true`);

    expect(JSON.stringify(plain.body)).not.toContain("Déploie");
    expect(JSON.stringify(full.body)).toContain("Déploie");
  });

  it("are created, changed and deleted one by one", async () => {
    await restCall(scene.discord, "PUT", path, []);

    const created = await restCall(scene.discord, "POST", path, command());
    const one = `${path}/${created.body["id"]}`;
    const changed = await restCall(scene.discord, "PATCH", one, { description: "Ships" });
    const deleted = await restCall(scene.discord, "DELETE", one);
    const gone = await restCall(scene.discord, "GET", one);

    expect([created.status, changed.body["description"], deleted.status]).toEqual([201, "Ships", 204]);
    expect([gone.status, gone.body["code"]]).toEqual([404, 10063]);
  });
});
