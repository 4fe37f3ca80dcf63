import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { findProgram } from "../../../sandbox/host/find-program.js";
import { spawnBound } from "../../../sandbox/host/spawn-bound.js";
import { type RedisOptions, startRedis } from "../../../sandbox/redis.js";
import { checkRedis, connectRedis, tryRedis } from "../../../src/redis/connect.js";
import { COMMAND_FORMS } from "../../../src/redis/rights.js";
import { WriteProbe } from "../../../src/redis/write-probe.js";
import { Secret } from "../../../src/secret.js";
import { recordingLogger } from "../execution/ssh-fixture.js";
import { type Authority, makeAuthority } from "../health/certificates.js";

const stops: (() => unknown)[] = [];
let authority: Authority;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(path.join(tmpdir(), "slipway-wrong-server-"));
  authority = await makeAuthority();
  const { key, cert } = await authority.issue(30);
  await Promise.all([
    writeFile(path.join(files, "key.pem"), key),
    writeFile(path.join(files, "cert.pem"), cert),
    writeFile(path.join(files, "ca.pem"), authority.cert),
  ]);
});
afterEach(async () => {
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
});
afterAll(async () => {
  await authority.close();
  await rm(files, { recursive: true });
});

async function start(options: RedisOptions = {}) {
  const server = await startRedis(options);
  stops.push(() => server.stop());
  const admin = new Redis(server.url);
  stops.push(() => admin.disconnect());
  return { server, admin, at: (user = "") => `redis://${user}127.0.0.1:${server.port}` };
}

/** What the start, the `details` of `/readyz` and `slipway check` say. */
async function wordsOf(url: string) {
  const { logger } = recordingLogger();
  const redis = connectRedis(new Secret(url), logger);
  stops.push(() => redis.disconnect());
  const writes = new WriteProbe(redis, logger, { everyMs: 60_000, limitMs: 1_500 });
  stops.push(() => writes.stop());
  const [atStart, check] = await Promise.all([
    checkRedis(redis, logger).then(() => "started", String),
    tryRedis(new Secret(url), logger, 20_000),
  ]);
  await writes.prove();
  return { atStart, ready: writes.detail, check };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  stops.push(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Says something as soon as somebody connects, or nothing. */
function greeter(greeting: string): Server {
  return createServer((socket) => socket.on("error", () => undefined).end(greeting));
}

/** The real Redis, which says that it is of an older version. */
function olderRedis(port: number): Server {
  const older = (chunk: Buffer) =>
    chunk
      .toString("latin1")
      .replace(/redis_version:[\d.]+/, (text) => "redis_version:6.0.".padEnd(text.length, "1"));
  return createServer((socket) => {
    const upstream = connect(port, "127.0.0.1");
    for (const each of [socket, upstream]) each.on("error", () => undefined);
    socket.on("close", () => upstream.destroy()).pipe(upstream);
    upstream.on("data", (chunk) => socket.write(older(chunk), "latin1")).on("close", () => socket.destroy());
  });
}

async function startSentinel(): Promise<number> {
  const port = await claimPort();
  const file = path.join(files, `sentinel-${port}.conf`);
  await writeFile(file, `port ${port}\nbind 127.0.0.1\n`);
  const child = await spawnBound(findProgram("redis-server"), [file, "--sentinel"]);
  stops.push(() => child.end(1_000));
  return port;
}

async function startTls(clients: "yes" | "no") {
  const port = await claimPort();
  const file = (name: string) => path.join(files, name);
  const { at } = await start({
    settings: {
      ...{ "tls-port": String(port), "tls-auth-clients": clients, "tls-ca-cert-file": file("ca.pem") },
      ...{ "tls-cert-file": file("cert.pem"), "tls-key-file": file("key.pem") },
    },
  });
  return { plain: at(), address: `127.0.0.1:${port}` };
}

/** A user with these rules: its address. */
async function startWithUser(...rules: readonly string[]): Promise<string> {
  const { admin, at } = await start();
  await admin.call("ACL", "SETUSER", "slipway", "on", ">pa%ss", ...rules);
  return at("slipway:pa%25ss@");
}

async function startWithPassword() {
  const { admin, at } = await start();
  await admin.config("SET", "requirepass", "secret");
  return at;
}

const everywhere = ["~*", "&*", "+@all"];

describe("a server that Slipway cannot use", () => {
  it.each<[string, () => Promise<string>, RegExp, ("not ready" | "ready")?]>([
    [
      "needs a password",
      async () => (await startWithPassword())(),
      /needs a password and REDIS_URL has none/,
    ],
    [
      "has another password",
      async () => (await startWithPassword())(":other@"),
      /refuses the user or the password/,
    ],
    [
      "has another user",
      async () => (await startWithPassword())("me:secret@"),
      /refuses the user or the password/,
    ],
    ["has no such database", async () => `${(await start()).at()}/99`, /does not have the database number/],
    ["is a Sentinel", async () => `redis://127.0.0.1:${await startSentinel()}`, /leads to a Sentinel/],
    [
      "is a Sentinel, asked for a database",
      async () => `redis://127.0.0.1:${await startSentinel()}/1`,
      /knows no databases.*Sentinel/,
    ],
    [
      "is a Cluster node",
      async () => (await start({ settings: { "cluster-enabled": "yes" } })).at(),
      /node of a Redis Cluster/,
    ],
    [
      "is a Cluster node, asked for a database",
      async () => `${(await start({ settings: { "cluster-enabled": "yes" } })).at()}/1`,
      /node of a Redis Cluster/,
    ],
    [
      "speaks TLS where plain text is spoken",
      async () => `redis://${(await startTls("no")).address}`,
      /write rediss:\/\//,
    ],
    [
      "speaks TLS to clients with a certificate where plain text is spoken",
      async () => `redis://${(await startTls("yes")).address}`,
      /write rediss:\/\//,
    ],
    [
      "speaks plain text where TLS is spoken",
      async () => (await start()).at().replace("redis:", "rediss:"),
      /does not speak TLS on this port: write redis:\/\//,
    ],
    [
      "has a certificate of an unknown authority",
      async () => `rediss://${(await startTls("no")).address}`,
      /NODE_EXTRA_CA_CERTS/,
    ],
    ["is a web server", async () => `redis://127.0.0.1:${await listen(createHttpServer())}`, /is not Redis/],
    [
      "is an SSH server",
      async () => `redis://127.0.0.1:${await listen(greeter("SSH-2.0-OpenSSH_9.2p1\r\n"))}`,
      /is not Redis/,
    ],
    [
      "is a mail server",
      async () => `redis://127.0.0.1:${await listen(greeter("220 mail ESMTP\r\n"))}`,
      /is not Redis/,
    ],
    [
      "is too old",
      async () => `redis://127.0.0.1:${await listen(olderRedis((await start()).server.port))}`,
      /too old: Slipway needs Redis 6.2/,
    ],
    [
      "knows no EVAL",
      async () => (await start({ settings: { "rename-command": "EVAL no-eval" } })).at(),
      /rename-command.*eval/i,
      "ready",
    ],
    [
      "knows no XADD",
      async () => (await start({ settings: { "rename-command": "XADD no-xadd" } })).at(),
      /rename-command.*XADD/,
      "ready",
    ],
    ["gives no right to INFO", () => startWithUser(...everywhere, "-info"), /lacks rights.*info/, "ready"],
    ["gives no right to EVAL", () => startWithUser(...everywhere, "-eval"), /lacks rights.*eval/, "ready"],
    ["gives no right to write", () => startWithUser(...everywhere, "-@write"), /lacks rights/],
    ["gives no right to XADD", () => startWithUser(...everywhere, "-xadd"), /lacks rights.*XADD/, "ready"],
    [
      "gives no right to wait",
      () => startWithUser(...everywhere, "-bzpopmin"),
      /lacks rights.*bzpopmin/,
      "ready",
    ],
    [
      "gives no right to transactions",
      () => startWithUser(...everywhere, "-multi"),
      /lacks rights.*multi/i,
      "ready",
    ],
    [
      "gives no right to the keys of BullMQ",
      () => startWithUser("~slipway:*", "&*", "+@all"),
      /lacks rights/,
      "ready",
    ],
  ])(
    "is named at the start, by /readyz and by slipway check when it %s",
    async (_what, url, words, readiness = "not ready") => {
      const said = await wordsOf(await url());

      expect(said.atStart).toMatch(words);
      expect(said.check).toEqual({ kind: "refused", words: expect.stringMatching(words) });
      // What a write alone does not meet shows itself at the start only.
      if (readiness === "not ready") expect(said.ready).toMatch(words);
      expect(JSON.stringify(said)).not.toMatch(/secret|pa%/);
    },
  );

  it("is waited for, with words, when it closes the connection without an answer", async () => {
    const { logger } = recordingLogger();

    const verdict = await tryRedis(new Secret(`redis://127.0.0.1:${await listen(greeter(""))}`), logger, 700);

    expect(verdict).toEqual({
      kind: "away",
      words: expect.stringContaining("closes the connection without an answer"),
    });
  });

  it("is not left for database 0 when the database of REDIS_URL is gone", async () => {
    const { at, server } = await start();
    const redis = connectRedis(new Secret(`${at()}/99`), recordingLogger().logger);
    stops.push(() => redis.disconnect());
    const errors: string[] = [];
    redis.on("error", ({ message }: Error) => void errors.push(message));

    redis.set("kept", "1").catch(() => undefined);
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(2), 60_000);

    const admin = new Redis(server.url);
    stops.push(() => admin.disconnect());
    expect(await admin.exists("kept")).toBe(0);
  });
});

describe("a server that Slipway can use", () => {
  it.each<[string, () => Promise<string>]>([
    ["has no password where REDIS_URL has one", async () => (await start()).at(":unneeded@")],
    [
      "gives the rights that the words for missing ones name",
      async () => startWithUser(...(await advisedRules())),
    ],
  ])("passes when it %s", async (_what, url) => {
    expect(await wordsOf(await url())).toEqual({ atStart: "started", check: { kind: "usable" } });
  });
});

/** The rules of the command that a person is told to type. */
async function advisedRules(): Promise<readonly string[]> {
  const { check } = await wordsOf(await startWithUser(...everywhere, "-xadd"));
  const command = /`ACL SETUSER slipway on >PASSWORD ([^`]+)`/.exec("words" in check ? check.words : "")?.[1];
  return command?.split(" ") ?? expect.fail("no command is named");
}

describe("the commands that are tried at the start", () => {
  const tried = new Set(COMMAND_FORMS.map((form) => form.split(" ")[0]));

  it.each([
    ["Slipway", "src", /\.ts$/],
    ["BullMQ", "node_modules/bullmq/dist/cjs/scripts", /\.js$/],
  ])("are all that the scripts of %s call", async (_whose, folder, pattern) => {
    const called = await commandsIn(path.resolve(import.meta.dirname, "../../..", folder), pattern);

    expect(called.size).toBeGreaterThan(20);
    expect([...called].filter((command) => !tried.has(command))).toEqual([]);
  });

  it("are complete: each would be carried out", async () => {
    const { admin } = await start();
    const answers = [];
    for (const form of COMMAND_FORMS) {
      const [command = "", ...words] = form.split(" ");
      answers.push(
        await admin.call(command, ...words).then(
          () => "done",
          (error) => `${form}: ${error}`,
        ),
      );
    }

    expect(answers.filter((answer) => answer !== "done")).toEqual([]);
  });

  it("leave no key behind", async () => {
    const { at, admin } = await start();

    await wordsOf(at());

    await vi.waitFor(async () => expect(await admin.keys("*")).toEqual(["slipway:readiness"]), 60_000);
  });
});

async function commandsIn(folder: string, pattern: RegExp): Promise<ReadonlySet<string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => pattern.test(name));
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  const calls = texts.flatMap((text) => [...text.matchAll(/\b(?:rcall|redis\.p?call)\(\s*['"](\w+)['"]/g)]);
  return new Set(calls.map(([, name = ""]) => name.toUpperCase()));
}
