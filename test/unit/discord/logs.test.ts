import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logs } from "../../../commands/logs.js";
import type { LogOutcome } from "../../../src/app/read-logs.js";
import type { App, Options } from "../../../src/discord/command.js";
import { logsEn } from "../../../src/discord/locales/logs-words.en.js";
import { logsFr } from "../../../src/discord/locales/logs-words.fr.js";
import { logsReply } from "../../../src/discord/messages/logs-reply.js";
import { configWith, environmentInput, targetOf } from "../deployments/samples.js";
import { expectHarmless, expectTakenByDiscord } from "./check-body.js";
import { hostileText } from "./hostile.js";

const config = configWith({
  uat: environmentInput({
    logs: [
      { name: "web", file: "/a" },
      { name: "worker", file: "/b" },
    ],
  }),
});
type Read = Extract<LogOutcome, { kind: "read" }>;

function readOf(hosts: Read["hosts"]): Read {
  return { kind: "read", target: targetOf(config, "shop", "uat"), service: "web", lines: 200, hosts };
}

const good = { host: "web-1", text: "one\ntwo\n", shortened: false };
const cut = { host: "web-2", text: "three\n", shortened: true };
const away = {
  host: "web-3",
  text: "",
  shortened: false,
  failure: { code: "unreachable", host: "web-3", reason: "timeout" },
} as const;

const fileOf = (outcome: LogOutcome, language: "en" | "fr" = "en") =>
  logsReply(outcome, language).files?.[0]?.data.toString();

describe("the file of /logs", () => {
  it("has a section for each host, and says in it what went wrong", () => {
    expect(fileOf(readOf([good, cut, away]))).toBe(
      [
        "===== web-1 · shop / uat · web =====\none\ntwo\n",
        "===== web-2 · shop / uat · web =====\n[…]\nthree\n",
        "===== web-3 · shop / uat · web =====",
        "===== web-3: The host web-3 could not be reached (no answer in time).\n",
      ].join("\n"),
    );
  });

  it("says so of a log that is empty", () => {
    expect(fileOf(readOf([{ ...good, text: "" }]), "fr")).toContain("=====\n(rien)\n");
  });

  it("is called by what it holds", () => {
    expect(logsReply(readOf([good]), "en").files?.[0]?.name).toBe("shop-uat-web.log");
  });
});

describe.each(["en", "fr"] as const)("the reply to /logs in %s", (language) => {
  it("says which hosts gave less than was asked for, and no other", () => {
    const { content } = logsReply(readOf([good, cut, away]), language);

    expect(content.split("\n")).toEqual([
      expect.stringContaining("**shop / uat** · `web`"),
      expect.stringContaining("**web-2**"),
      expect.stringContaining("**web-3**"),
    ]);
  });

  it("fits however many hosts are away", () => {
    const hosts = Array.from({ length: 200 }, () => away);

    expectTakenByDiscord({ content: logsReply(readOf(hosts), language).content });
  });

  it("is harmless whatever a host says of itself, and whatever was typed", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const failed = { ...good, failure: { code: "killed", signal: text } } as const;
        const unknown = { code: "unknown-log", service: text, known: ["web"] } as const;
        for (const outcome of [readOf([failed]), { kind: "refused", refusal: unknown } as const]) {
          const { content } = logsReply(outcome, language);
          expectHarmless(content, []);
          expectTakenByDiscord({ content });
        }
      }),
      { numRuns: 100 },
    );
  });

  it("names the roles that may, and speaks of logs", () => {
    const refusal = { code: "role-missing", environment: "uat", roles: ["22"] } as const;

    const { content } = logsReply({ kind: "refused", refusal }, language);

    expect(content).toMatch(/logs|journaux/);
    expect(content).toContain("<@&22>");
  });

  it("says where logs are configured where none are", () => {
    const refusal = { code: "no-logs", environment: "uat" } as const;

    expect(logsReply({ kind: "refused", refusal }, language).content).toContain("`logs`");
  });
});

describe("the words of /logs", () => {
  it("differ in French, for one line and for several", () => {
    for (const lines of [1, 2]) {
      expect(logsFr.attached("X", "Y", lines)).not.toBe(logsEn.attached("X", "Y", lines));
    }
  });
});

describe("/logs", () => {
  const typed = (options: Readonly<Record<string, string | number>>): Options => ({
    text: (name) => (typeof options[name] === "string" ? options[name] : undefined),
    requiredText: (name) => String(options[name]),
    integer: (name) => (typeof options[name] === "number" ? options[name] : undefined),
    flag: () => false,
  });
  const person = { id: "112233445566778899", name: "ada", roles: [] };

  it.each([
    [{ environment: "uat" }],
    [{ environment: "uat", project: "shop", service: "worker", lines: 50 }],
  ])("asks for %j as typed", async (options) => {
    const asked: unknown[] = [];
    const readLogs: App["readLogs"] = async (request) => {
      asked.push(request);
      return readOf([good]);
    };
    const app = { config, readLogs } as unknown as App;

    await logs.execute({ id: "1", person, language: "en", options: typed(options) }, app);

    expect(asked).toEqual([{ person, ...options }]);
  });

  it.each([
    ["the logs of the environment", "", { environment: "uat" }, ["web", "worker"]],
    ["those that were meant", "WOR", { environment: "uat" }, ["worker"]],
    ["none while the environment is not known", "", {}, []],
  ])("proposes %s", async (_what, text, options, expected) => {
    const suggestions = await logs.suggest?.("service", text, typed(options), { config } as App, {
      ...{ person, language: "en", now: 0 },
    });

    expect(suggestions?.map(({ value }) => value)).toEqual(expected);
  });
});
