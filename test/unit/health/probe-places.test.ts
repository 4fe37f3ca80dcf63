import { describe, expect, it } from "vitest";
import type { HealthCheck } from "../../../src/config/health-checks.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import type { RemoteRunner } from "../../../src/execution/remote-runner.js";
import { checkOn, probersWith, proberWith } from "../../integration/health/health-fixture.js";

/** Of sshd's ten, those that commands get. */
const SESSIONS = 5;

function command(host: string, timeout = "10s"): HealthCheck {
  return checkOn(host, { type: "command", run: ["true"], timeout });
}

/** Runs commands that end when the test says so, and counts those under way on each host. */
function countingRunner() {
  const most = new Map<string, number>();
  const running = new Map<string, number>();
  const add = (host: string, count: number) => {
    const now = (running.get(host) ?? 0) + count;
    running.set(host, now);
    most.set(host, Math.max(most.get(host) ?? 0, now));
  };
  const runner: RemoteRunner = {
    async run(host) {
      add(host, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      add(host, -1);
      return { kind: "exited", code: 0 };
    },
  };
  return { runner, most };
}

describe("forty checks of one host", () => {
  it("never wait for a session of it, whose wait would count as theirs", async () => {
    const { runner, most } = countingRunner();
    const probe = proberWith({ runner });

    const results = await Promise.all(
      Array.from({ length: 80 }, (_, index) => probe(command(index % 2 === 0 ? "web-1" : "web-2"))),
    );

    expect(results.filter(({ kind }) => kind === "unhealthy")).toEqual([]);
    expect([...most.keys()].sort()).toEqual(["web-1", "web-2"]);
    expect(Math.max(...most.values())).toBeLessThan(SESSIONS);
  });

  it("keep no deployment's health check from its turn, and leave it a session", async () => {
    const { runner, most } = countingRunner();
    const hanging: RemoteRunner = {
      run: (_host, _command, _onOutput, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    };
    let running = 0;
    const { look, step } = probersWith({
      runner: {
        run(...call) {
          running += 1;
          return (call[1].argv.includes("sleep") ? hanging : runner).run(...call);
        },
      },
    });
    const enough = new AbortController();
    const sleep = checkOn("web-1", { type: "command", run: ["sleep", "600"], timeout: "10m" });
    const looks = Promise.allSettled(Array.from({ length: 40 }, () => look(sleep, enough.signal)));
    await Promise.resolve();

    const steps = await Promise.all(Array.from({ length: 8 }, () => step(command("web-1"))));

    expect(steps.filter(({ kind }) => kind === "unhealthy")).toEqual([]);
    expect(running - steps.length + (most.get("web-1") ?? 0)).toBeLessThanOrEqual(SESSIONS);
    enough.abort();
    await looks;
  });

  it("end with their caller while they wait", async () => {
    const runner: RemoteRunner = {
      run: (_host, _command, _onOutput, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    };
    const caller = new AbortController();
    const probe = proberWith({ runner });
    const probes = Array.from({ length: 10 }, () => probe(command("web-1"), caller.signal));
    const settled = Promise.allSettled(probes);

    caller.abort(new Error("enough"));

    expect((await settled).map((each) => each.status === "rejected" && each.reason.message)).toEqual(
      Array.from({ length: 10 }, () => "enough"),
    );
  });
});

it("a host whose sessions Slipway itself uses up is not unhealthy", async () => {
  const cause = Object.assign(new Error("Slipway uses every session of this host"), { code: "EBUSY" });
  const runner: RemoteRunner = {
    run: (host) => Promise.reject(new HostUnreachableError(host, "timeout", { cause })),
  };

  await expect(proberWith({ runner })(command("web-1"))).rejects.toBeInstanceOf(HostUnreachableError);
});
