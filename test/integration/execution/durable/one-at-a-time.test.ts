import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  collectRun,
  type DurableFixture,
  durably,
  facts,
  newRunId,
  runnerPid,
  startDurableFixture,
} from "./durable-fixture.js";

let fixture: DurableFixture;
let journal: string;
let number = 0;

beforeAll(async () => {
  fixture = await startDurableFixture();
});
afterAll(() => fixture.close());
beforeEach(() => {
  journal = path.join(fixture.target.directory, `journal-${++number}`);
});

/** A step of an environment of its own for each test, or of another one. */
const stepOf = (script: string, key = `shop.uat-${number}`) => durably(script, { fence: { key, token: 1 } });
const begun = (...lines: string[]) => expect.poll(() => facts(journal)).toEqual(lines);
const succeeded = { outcome: { kind: "exited", code: 0 } };

/** Says when it begins, goes on until it is let go, and says when it ends. */
const held = (name: string) =>
  `echo "${name} begins" >>"${journal}"; until [ -e "${journal}.go" ]; do sleep 0.05; done; echo "${name} ends" >>"${journal}"`;
const letGo = () => collectRun(fixture.another(), durably(`: >"${journal}.go"`));

describe("the steps of one environment on a host", () => {
  it("run one at a time: another one waits for what nobody follows any more", async () => {
    const left = fixture.another();
    const following = collectRun(left, stepOf(held("old")));
    await begun("old begins");
    await left.close();
    expect(await following).toMatchObject({ outcome: { kind: "detached" } });

    const next = collectRun(fixture.durable, stepOf(`echo "new" >>"${journal}"`));
    await letGo();

    expect(await next).toMatchObject(succeeded);
    expect(facts(journal)).toEqual(["old begins", "old ends", "new"]);
  });

  it("are refused, and have not run, where the other one does not end in time", async () => {
    const old = collectRun(fixture.durable, stepOf(held("old")));
    await begun("old begins");

    const hasty = fixture.another({ busySeconds: 0 });
    const next = collectRun(hasty, stepOf(`echo "new" >>"${journal}"`));

    await expect(next).rejects.toMatchObject({ host: "web", code: "busy" });
    await letGo();
    expect(await old).toMatchObject(succeeded);
    expect(facts(journal)).toEqual(["old begins", "old ends"]);
  });

  it("do not wait for those of another environment", async () => {
    const other = collectRun(fixture.durable, stepOf(held("other"), `shop.other-${number}`));
    await begun("other begins");

    expect(await collectRun(fixture.durable, stepOf("true"))).toMatchObject(succeeded);

    await letGo();
    expect(await other).toMatchObject(succeeded);
  });

  it("do not wait for what a step leaves running", async () => {
    await collectRun(fixture.durable, stepOf(`(${held("daemon")}) >/dev/null 2>&1 &`));
    await begun("daemon begins");

    expect(await collectRun(fixture.durable, stepOf("true"))).toMatchObject(succeeded);
    await letGo();
  });

  it("wait until a step without its runner is ended", async () => {
    const stubborn = `trap '' TERM; echo begun >>"${journal}"; while :; do echo works >>"${journal}"; sleep 0.1; done`;
    const command = stepOf(stubborn);
    const orphan = collectRun(fixture.durable, command);
    await expect.poll(() => facts(journal)[0]).toBe("begun");
    process.kill(runnerPid(fixture.target, command.run.id), "SIGKILL");
    expect(await orphan).toMatchObject({ outcome: { kind: "indeterminate" } });

    await collectRun(fixture.durable, stepOf(`echo new >>"${journal}"; sleep 0.3`));

    expect(facts(journal).at(-1)).toBe("new");
  });

  it("are not begun for a token that is raised while they wait for their claim", async () => {
    const key = `shop.uat-${number}`;
    const fences = path.join(fixture.target.home, ".slipway", "fences");
    await collectRun(fixture.durable, stepOf("true"));
    const lock = spawn("flock", [path.join(fences, `${key}.lock`), "sh", "-c", "echo held; read -r line"]);
    await once(lock.stdout, "data");

    const late = collectRun(fixture.durable, stepOf(`echo ran >>"${journal}"`));
    const locks = path.join(fixture.target.home, ".slipway", "locks");
    const before = readdirSync(locks).length;
    await expect.poll(() => readdirSync(locks).length).toBeGreaterThan(before);
    writeFileSync(path.join(fences, key), "7\n");
    lock.stdin.end("\n");

    expect(await late).toMatchObject({ outcome: { kind: "fenced", token: 7 } });
    expect(facts(journal)).toEqual([]);
  });

  it("run once when many workers start the same one", async () => {
    const id = newRunId();
    const fence = { key: `shop.uat-${number}`, token: 1 };
    const command = durably(`echo ran >>"${journal}"; sleep 0.3`, { id, fence });

    const results = await Promise.all(
      Array.from({ length: 10 }, () => collectRun(fixture.another(), command)),
    );

    expect(results).toEqual(results.map(() => expect.objectContaining(succeeded)));
    expect(facts(journal)).toEqual(["ran"]);
  });
});
