import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "../../../src/config/load.js";
import { edit, exampleConfig, exampleText, faultsOf } from "./example.js";

const MINIMAL = `discord: { guild: "112233445566778899", channel: "112233445566778800" }
hosts:
  web:
    address: web.example.com
    user: deploy
    key: { variable: WEB_KEY }
    knownHosts: known_hosts
projects:
  shop:
    repository: example-org/shop
    environments:
      uat:
        hosts: [web]
        strategy:
          type: git
          directory: /srv/shop
          restart: { run: [systemctl, restart, shop] }
        roles: { deploy: ["223344556677889900"] }
`;

describe("a valid file", () => {
  it("is the example", () => {
    const config = exampleConfig();

    expect(Object.keys(config.projects["shop"]?.environments ?? {})).toEqual(["uat", "preprod"]);
  });

  it("gets its defaults", () => {
    const result = parseConfig(MINIMAL, "slipway.yaml");

    expect(result).toMatchObject({
      kind: "valid",
      config: {
        language: "en",
        hosts: { web: { port: 22 } },
        projects: {
          shop: {
            ref: "main",
            environments: {
              uat: {
                health: [],
                triggers: { replaceWaiting: true },
                strategy: { remote: "origin", before: [], restart: { timeout: 300 } },
              },
            },
          },
        },
      },
    });
  });

  describe("has clocks that", () => {
    const clocksOf = (text: string) => {
      const result = parseConfig(text, "slipway.yaml");
      const uat = result.kind === "valid" ? result.config.projects["shop"]?.environments["uat"] : undefined;
      return [uat?.monitor.timeZone, uat?.triggers.schedule?.timeZone, uat?.freeze[0]?.timeZone];
    };
    const withClocks = (rest = "") => `${MINIMAL}
        monitor: { schedule: "0 9 * * *"${rest} }
        triggers: { schedule: { cron: "0 9 * * *"${rest} } }
        freeze: [{ starts: "0 9 * * *", lasts: 1h, reason: Lunch${rest} }]
`;

    it("are those of the file where they name no other", () => {
      expect(clocksOf(`timeZone: Europe/Paris\n${withClocks()}`)).toEqual(Array(3).fill("Europe/Paris"));
    });

    it("are their own where they name them", () => {
      const text = `timeZone: Europe/Paris\n${withClocks(", timeZone: Asia/Tokyo")}`;

      expect(clocksOf(text)).toEqual(Array(3).fill("Asia/Tokyo"));
    });

    it("are those of UTC where nothing is named", () => {
      expect(clocksOf(withClocks())).toEqual(Array(3).fill("UTC"));
    });
  });

  it("has its durations in seconds", () => {
    const { strategy, health } = exampleConfig().projects["shop"]?.environments["uat"] ?? {};

    expect([strategy?.before[0]?.timeout, strategy?.restart.timeout, health?.[0]?.interval]).toEqual([
      600, 120, 3,
    ]);
  });

  it("may name the same repository in two projects", () => {
    const twice = edit(exampleText, "repository: example-org/site", "repository: example-org/shop");

    expect(faultsOf(twice)).toEqual([]);
  });

  it("may use anchors", () => {
    const anchored = edit(
      edit(exampleText, "key: { variable: SHOP_SSH_KEY } # or", "key: &key { variable: SHOP_SSH_KEY } # or"),
      "key: { variable: SHOP_SSH_KEY }\n    knownHosts: known_hosts\n\n",
      "key: *key\n    knownHosts: known_hosts\n\n",
    );

    expect(faultsOf(anchored)).toEqual([]);
  });

  it("keeps on, yes and no as text whatever the %YAML line says", () => {
    const old = `%YAML 1.1\n---\n${edit(MINIMAL, "systemctl, restart, shop", "set, on, no")}`;

    const result = parseConfig(old, "slipway.yaml");

    expect(
      result.kind === "valid" && result.config.projects["shop"]?.environments["uat"]?.strategy.restart.run,
    ).toEqual(["set", "on", "no"]);
  });
});

describe("several faults in one file", () => {
  it("are all reported, in the order of their lines", () => {
    const text = [
      ["guild:", "gild:"],
      ["address: web.example.com", "address: web example"],
      ["knownHosts: known_hosts", "jump: nowhere"],
      ["repository: example-org/shop", "repository: shop"],
      ["hosts: [web]", "hosts: [wbe]"],
      ["directory: /srv/shop", "directory: srv/shop"],
    ].reduce((broken, [from, to]) => edit(broken, from ?? "", to ?? ""), MINIMAL);

    const found = faultsOf(text).map(({ line, path }) => `${line} ${path}`);

    expect(found).toEqual([
      "1 discord.gild",
      "3 hosts.web",
      "4 hosts.web.address",
      "7 hosts.web.jump",
      "10 projects.shop.repository",
      "13 projects.shop.environments.uat.hosts[0]",
      "16 projects.shop.environments.uat.strategy.directory",
    ]);
  });

  it("include duplicate keys and tags beside what the schema refuses", () => {
    const text = `${edit(MINIMAL, "user: deploy", "user: !env deploy\n    user: no one")}hosts: {}\n`;

    const found = faultsOf(text).map(({ line, path, problem }) => `${line} ${path}: ${problem}`);

    expect(found).toContain("5 : tags are not read");
    expect(found).toContain("6 hosts.web.user: this is written twice, on line 5 and on line 6");
    expect(found).toContain("20 hosts: this is written twice, on line 2 and on line 20");
    expect(found).toContain("20 hosts: this does not have the right form");
  });
});

describe("any text", () => {
  it("never makes parseConfig throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(["valid", "invalid"]).toContain(parseConfig(text, "slipway.yaml").kind);
      }),
      { numRuns: 300 },
    );
  });

  it("never makes parseConfig throw when the example is cut up", () => {
    const position = fc.integer({ min: 0, max: exampleText.length });
    const noise = fc.oneof(
      fc.constantFrom(
        "\t",
        "{",
        "[",
        "]",
        "&a ",
        "*a",
        "!x ",
        "<<: ",
        "? ",
        "- ",
        ": ",
        '"',
        "\n---\n",
        "__proto__: ",
      ),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    const edits = fc.array(fc.tuple(position, fc.nat({ max: 40 }), noise), { minLength: 1, maxLength: 4 });

    fc.assert(
      fc.property(edits, (cuts) => {
        const text = cuts.reduce(
          (whole, [at, length, put]) => whole.slice(0, at) + put + whole.slice(at + length),
          exampleText,
        );
        const lines = text.split("\n").length;
        for (const { line, column, found, fix } of faultsOf(text)) {
          expect(line).toBeLessThanOrEqual(lines);
          expect(Math.min(line, column, found.length, fix.length)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("that is nested a hundred thousand deep is a fault", () => {
    const text = "[".repeat(100_000);

    expect(faultsOf(text).map(({ problem }) => problem)).toContain("the text is nested too deeply");
  });

  it("whose aliases multiply is a fault", () => {
    const rows = Array.from(
      { length: 9 },
      (_, row) => `a${row + 1}: &a${row + 1} [${`*a${row}, `.repeat(9)}]`,
    );
    const text = ["a0: &a0 [x]", ...rows].join("\n");

    expect(faultsOf(text).map(({ problem }) => problem)).toEqual(["aliases expand to too much"]);
  });
});

describe("a file that cannot be used", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-config-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ["absent.yaml", undefined, "the file does not exist"],
    [".", undefined, "this is not a file"],
    ["empty.yaml", "", "the file is empty"],
    ["comment.yaml", "# nothing yet\n", "the file is empty"],
    ["bytes.yaml", Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]), "the file is not text"],
  ])("%s is one fault", async (name, content, problem) => {
    const file = join(folder, name);
    if (content !== undefined) await writeFile(file, content);

    const result = await loadConfig(file);

    expect(result).toMatchObject({ kind: "invalid", faults: [{ file, line: 1, column: 1, problem }] });
  });

  it("is not the one that can be read", async () => {
    const file = join(folder, "slipway.yaml");
    await writeFile(file, exampleText);

    const result = await loadConfig(file);

    expect(result.kind).toBe("valid");
  });
});
