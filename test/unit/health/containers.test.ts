import { describe, expect, it } from "vitest";
import { HealthCheckConfig } from "../../../src/config/health-schema.js";
import { composeCommand } from "../../../src/health/compose-probe.js";
import { judgeContainers, parseContainers } from "../../../src/health/containers.js";
import { RestartMemory } from "../../../src/health/restart-memory.js";

interface Changes {
  readonly status?: string;
  readonly health?: string | null;
  readonly oneOff?: string;
  readonly restarts?: number;
  readonly startedAt?: string;
}

const NOW = "2026-11-30T12:00:00Z";
const CREATED = "2026-11-01T00:00:00Z";
const EARLIER = "2026-11-30T11:00:00.123456789Z";

/** A line as `docker inspect` writes it with the format of the scripts. */
function line(service: string, changes: Changes = {}): string {
  const well = { oneOff: "False", status: "running", health: null };
  const usual = { id: service, createdAt: CREATED, service, ...well, restarts: 0, startedAt: EARLIER };
  return JSON.stringify({ name: `/shop-${service}-1`, ...usual, ...changes });
}

function judge(lines: readonly string[], services?: readonly string[]) {
  const time = lines.length === 0 ? [] : [JSON.stringify({ now: NOW })];
  const containers = parseContainers([...time, ...lines].join("\n"), new RestartMemory());
  return containers === undefined ? "unreadable" : judgeContainers(containers, services);
}

const fault = (...faults: readonly (readonly [string, string])[]) => ({
  code: "containers",
  faults: faults.map(([name, state]) => ({ name, state })),
  more: 0,
});

describe("the containers of a Compose project", () => {
  it.each([
    ["without a health check", {}],
    ["healthy", { health: "healthy" }],
    ["not yet asked for their health", { health: "starting" }],
    ["just started", { startedAt: "2026-11-30T11:59:59.9Z" }],
    ["started anew a while ago", { restarts: 7, startedAt: "2026-11-30T11:59:49Z" }],
  ])("are well when they run, %s", (_what, changes) => {
    expect(judge([line("web", changes), line("db")])).toBeUndefined();
  });

  it.each([
    ["unhealthy", { health: "unhealthy" }],
    ["restarting", { status: "restarting", health: "starting" }],
    ["restarting", { restarts: 1, startedAt: "2026-11-30T11:59:51Z", health: "healthy" }],
    ["exited", { status: "exited", health: "unhealthy" }],
    ["paused", { status: "paused" }],
    ["created", { status: "created" }],
    ["dead", { status: "dead" }],
  ])("are named when they are %s", (state, changes) => {
    expect(judge([line("web"), line("db", changes)])).toEqual(fault(["shop-db-1", state]));
  });

  it("are missed when there are none", () => {
    expect(judge([])).toEqual(fault());
  });

  it("count only where their service is watched", () => {
    expect(judge([line("web"), line("migrate", { status: "exited" })], ["web"])).toBeUndefined();
  });

  it("are missed when a watched service has none", () => {
    expect(judge([line("web")], ["web", "db"])).toEqual(fault(["db", "absent"]));
  });

  it("of `compose run` do not count", () => {
    expect(judge([line("web"), line("web", { oneOff: "True", status: "exited" })])).toBeUndefined();
  });

  it("are named up to ten, and counted from there", () => {
    const lines = Array.from({ length: 13 }, (_, index) => line(`web-${index}`, { status: "exited" }));

    expect(judge(lines)).toMatchObject({ faults: { length: 10 }, more: 3 });
  });

  it("are found among the warnings of Docker", () => {
    const warning = 'time="2026-11-21T04:00:00Z" level=warning msg="the attribute `version` is obsolete"';

    expect(judge([warning, line("web"), ""])).toBeUndefined();
  });

  it.each(["{", '{"name":1}', '{"name":"/a","service":"a","oneOff":"","status":"running"}'])(
    "are not read from %s",
    (text) => {
      expect(judge([line("web"), text])).toBe("unreadable");
    },
  );
});

describe("the command of a Compose probe", () => {
  const commandOf = (input: object) => {
    const check = HealthCheckConfig.parse({ type: "compose", ...input });
    if (check.type !== "compose") throw new Error("This is another check");
    return composeCommand({ ...check, host: "web-1" });
  };

  it("asks Compose in the project's directory", () => {
    const command = commandOf({ directory: "/srv/shop", file: "prod.yaml", project: "shop" });

    expect(command).toMatchObject({ directory: "/srv/shop", timeoutSeconds: 10 });
    expect(command.argv.slice(4)).toEqual(["--file", "prod.yaml", "--project-name", "shop"]);
  });

  it("asks Docker for the project's label where there is no directory", () => {
    const command = commandOf({ project: "shop" });

    expect(command.directory).toBeUndefined();
    expect(command.argv.slice(4)).toEqual(["label=com.docker.compose.project=shop"]);
  });
});
