import { describe, expect, it } from "vitest";
import { type LogRequest, readLogs } from "../../../src/app/read-logs.js";
import type { HostLogRequest } from "../../../src/execution/host-log-reader.js";
import { configWith, environmentInput } from "../deployments/samples.js";
import { MemoryAudit } from "./ports.js";

const DEPLOY = "223344556677889900";
const APPROVE = "223344556677889911";
const LOGS = "223344556677889922";
const MEBIBYTE = 1024 * 1024;

const person = { id: "112233445566778899", name: "ada", roles: [DEPLOY] };
const sources = [
  { name: "web", file: "/var/log/web.log" },
  { name: "nginx", file: "/var/log/nginx.log", host: "web-2" },
  { name: "system", run: ["journalctl"] },
];
const config = configWith({
  uat: environmentInput({
    hosts: ["web-1", "web-2"],
    logs: sources,
    roles: { deploy: [DEPLOY], approve: [APPROVE] },
  }),
  prod: environmentInput({ logs: sources, roles: { deploy: [DEPLOY], logs: [LOGS] } }),
  bare: environmentInput(),
});

/** Asks, and gives the outcome with what the hosts were asked for and what was written down. */
async function ask(request: Partial<LogRequest>) {
  const audit = new MemoryAudit();
  const asked: HostLogRequest[] = [];
  const readHost = async (hostRequest: HostLogRequest) => {
    // What is done is written down before.
    expect(audit.entries).toHaveLength(1);
    asked.push(hostRequest);
    return { host: hostRequest.host, text: "x\n", shortened: false };
  };
  const outcome = await readLogs({ config, audit, readHost }, { person, environment: "uat", ...request });
  return { outcome, asked, entries: audit.entries };
}

const withRoles = (...roles: string[]) => ({ person: { ...person, roles } });

describe("reading logs", () => {
  it("reads the first log of the environment from each of its hosts", async () => {
    const { outcome, asked } = await ask({});

    expect(outcome).toMatchObject({ kind: "read", service: "web", lines: 200 });
    expect(asked.map(({ host }) => host)).toEqual(["web-1", "web-2"]);
    expect(asked[0]?.command.argv.slice(5)).toEqual(["tail", "-n", "200", "/var/log/web.log"]);
  });

  it("reads the log that was named, from the host that it names", async () => {
    const { outcome, asked } = await ask({ service: "nginx" });

    expect(outcome).toMatchObject({ service: "nginx" });
    expect(asked.map(({ host }) => host)).toEqual(["web-2"]);
  });

  it.each([
    [1, 1],
    [5_000, 5_000],
    [5_001, 5_000],
    [0, 1],
  ])("takes %i lines as %i", async (typed, lines) => {
    expect((await ask({ lines: typed })).outcome).toMatchObject({ lines });
  });

  it("keeps all hosts together within one attachment", async () => {
    const { asked } = await ask({});

    expect(asked.map(({ maxBytes }) => maxBytes)).toEqual([4 * MEBIBYTE, 4 * MEBIBYTE]);
  });

  it("limits the lines of a program itself", async () => {
    expect((await ask({ service: "system", lines: 30 })).asked[0]).toMatchObject({ maxLines: 30 });
  });

  it("writes down who read what, before", async () => {
    const { entries } = await ask({ service: "nginx", lines: 30 });

    expect(entries).toEqual([
      {
        action: "logs",
        actor: { kind: "person", userId: person.id, userName: "ada" },
        source: "discord",
        target: { project: "shop", environment: "uat" },
        details: { service: "nginx", lines: 30 },
      },
    ]);
  });

  it("reads nothing where that cannot be written down", async () => {
    const audit = {
      append: async () => {
        throw new Error("Redis is away");
      },
    };
    const readHost = async () => {
      throw new Error("a host was asked");
    };

    const reading = readLogs({ config, audit, readHost }, { person, environment: "uat" });

    await expect(reading).rejects.toThrow("Redis is away");
  });
});

describe("who may read logs", () => {
  it.each([
    ["those who deploy", "uat", [DEPLOY], "read"],
    ["those who approve", "uat", [APPROVE], "read"],
    ["nobody else", "uat", ["1"], "refused"],
    ["those whom the configuration names", "prod", [LOGS], "read"],
    ["of those nobody else, not even who deploys", "prod", [DEPLOY], "refused"],
  ])("%s (%s)", async (_who, environment, roles, kind) => {
    const { outcome } = await ask({ environment, ...withRoles(...roles) });

    expect(outcome.kind).toBe(kind);
  });

  it("is told by the refusal", async () => {
    const { outcome } = await ask({ ...withRoles() });

    expect(outcome).toEqual({
      kind: "refused",
      refusal: { code: "role-missing", environment: "uat", roles: [DEPLOY, APPROVE] },
    });
  });
});

describe("a refusal", () => {
  it.each([
    [{ environment: "uta" }, { code: "unknown-environment" }],
    [{ project: "shpo" }, { code: "unknown-project" }],
    [{ environment: "bare" }, { code: "no-logs", environment: "bare" }],
    [{ service: "wbe" }, { code: "unknown-log", service: "wbe", known: ["web", "nginx", "system"] }],
    [{ service: "__proto__" }, { code: "unknown-log" }],
    [{ service: "wbe", ...withRoles() }, { code: "role-missing" }],
  ])("of %j asks no host, and is written down", async (request, refusal) => {
    const { outcome, asked, entries } = await ask(request);

    expect(outcome).toMatchObject({ kind: "refused", refusal });
    expect(asked).toEqual([]);
    expect(entries).toMatchObject([{ action: "refusal", details: { code: refusal.code } }]);
  });
});
