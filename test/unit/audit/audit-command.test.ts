import { ApplicationCommandUpdateRequestSchema } from "discord-api-spec/zod";
import { beforeEach, describe, expect, it } from "vitest";
import { audit } from "../../../commands/audit.js";
import type { AuditQuery } from "../../../src/audit/audit-log.js";
import { CHAIN_START } from "../../../src/audit/chain.js";
import { exportHeader } from "../../../src/audit/export-format.js";
import type { App, Options } from "../../../src/discord/command.js";
import { configWith, environmentInput } from "../deployments/samples.js";

const DEPLOYER = "223344556677889900";
const APPROVER = "223344556677889911";
const config = configWith({
  uat: environmentInput(),
  prod: environmentInput({ roles: { deploy: [DEPLOYER], approve: [APPROVER] } }),
});
let queries: AuditQuery[];
let limits: number[];
beforeEach(() => {
  queries = [];
  limits = [];
});

const app = {
  config,
  audit: async (query: AuditQuery) => {
    queries.push(query);
    return { entries: [], total: 0, unreadable: 0, waiting: 0 };
  },
  exportAudit: async function* (maxBytes: number) {
    limits.push(maxBytes);
    yield `${exportHeader(CHAIN_START, CHAIN_START)}\n`;
    yield "{}\n";
  },
} as unknown as App;

function run(roles: readonly string[], typed: Readonly<Record<string, string | number | boolean>> = {}) {
  const options: Options = {
    text: (name) => (typeof typed[name] === "string" ? typed[name] : undefined),
    requiredText: () => "",
    integer: (name) => (typeof typed[name] === "number" ? typed[name] : undefined),
    flag: (name) => typed[name] === true,
  };
  return audit.execute({ id: "1", person: { id: "1", name: "ada", roles }, language: "en", options }, app);
}

describe("/audit", () => {
  it("has the shape that Discord takes, in two languages", () => {
    expect(ApplicationCommandUpdateRequestSchema.safeParse(audit.definition).error).toBeUndefined();
    for (const each of [audit.definition, ...(audit.definition.options ?? [])]) {
      expect(each.description_localizations?.fr).toMatch(/^.{1,100}$/);
      expect(each.name_localizations?.fr ?? each.name).toMatch(/^[\p{Ll}]{1,32}$/u);
    }
  });

  it.each([[DEPLOYER], [APPROVER]])("shows the newest ten to somebody with the role %s", async (role) => {
    const reply = await run(["1", role]);

    expect(queries).toEqual([{ count: 10 }]);
    expect(reply.files).toBeUndefined();
  });

  it("asks for what was typed", async () => {
    await run([DEPLOYER], { environment: "prod", project: "shop", count: 3, before: 41, steps: true });

    expect(queries).toEqual([{ environment: "prod", project: "shop", count: 3, before: 41, steps: true }]);
  });

  it("shows nothing to others", async () => {
    const reply = await run(["1"]);

    expect(queries).toEqual([]);
    expect(reply.content).toContain(`<@&${DEPLOYER}>`);
  });

  it("gives the export to approvers, within Discord's limit", async () => {
    const reply = await run([APPROVER], { export: true });

    const text = reply.files?.[0]?.data.toString();
    expect(text).toBe(`${exportHeader(CHAIN_START, CHAIN_START)}\n{}\n`);
    expect(reply.content).toContain("The whole log is attached");
    expect(limits.every((limit) => limit < 10 * 1024 * 1024)).toBe(true);
  });

  it("gives no export to those who only deploy", async () => {
    const reply = await run([DEPLOYER], { export: true });

    expect({ queries, limits, files: reply.files }).toEqual({ queries: [], limits: [], files: undefined });
    expect(reply.content).toContain(`<@&${APPROVER}>`);
    expect(reply.content).not.toContain(DEPLOYER);
  });
});
