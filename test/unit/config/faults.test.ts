import { describe, expect, it } from "vitest";
import { formatFaults, wantsColor } from "../../../src/config/format-faults.js";
import { edit, exampleText, faultsOf, lineOf } from "./example.js";

const UAT = "projects.shop.environments.uat";

interface Case {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** A piece of the broken text that stands on the line of the fault. */
  readonly at: string;
  readonly path: string;
  readonly found: string;
  readonly fix: string;
}

const CASES: readonly Case[] = [
  {
    name: "an unknown key near a known one",
    from: "strategy:",
    to: "stratgy:",
    at: "stratgy:",
    path: `${UAT}.stratgy`,
    found: "`stratgy`",
    fix: "did you mean `strategy`?",
  },
  {
    name: "an unknown key near none",
    from: "language: fr",
    to: "colour: blue",
    at: "colour:",
    path: "colour",
    found: "`colour`",
    fix: "remove it; the keys here are `language`, `timeZone`, `discord`, `people`, `hosts`, `execution`, `worker`, `storage`, `projects`",
  },
  {
    name: "a merge key",
    from: "  bastion:\n",
    to: "  bastion:\n    <<: { port: 22 }\n",
    at: "<<:",
    path: 'hosts.bastion["<<"]',
    found: "`<<`",
    fix: "write the keys out: merge keys are not read",
  },
  {
    name: "a missing key",
    from: "          directory: /srv/site\n",
    to: "",
    at: "strategy:\n          type: git\n          restart: { run: [sudo",
    path: "projects.site.environments.uat.strategy.directory",
    found: "nothing",
    fix: "add `directory`: The git checkout on the host, as an absolute path",
  },
  {
    name: "an environment without hosts",
    from: "        hosts: [shop-uat]\n",
    to: "",
    at: "uat:\n        ref: develop",
    path: `${UAT}.hosts`,
    found: "nothing",
    fix: "add `hosts`: Names from the `hosts` section",
  },
  {
    name: "an empty list of hosts",
    from: "hosts: [shop-uat]",
    to: "hosts: []",
    at: "hosts: []",
    path: `${UAT}.hosts`,
    found: "an empty list",
    fix: "name at least one host",
  },
  {
    name: "a host that does not exist",
    from: "hosts: [shop-uat]",
    to: "hosts: [shop-uta]",
    at: "shop-uta",
    path: `${UAT}.hosts[0]`,
    found: '"shop-uta"',
    fix: "did you mean `shop-uat`?",
  },
  {
    name: "a host listed twice",
    from: "hosts: [shop-uat]",
    to: "hosts: [shop-uat, shop-uat]",
    at: "shop-uat, shop-uat",
    path: `${UAT}.hosts[1]`,
    found: '"shop-uat"',
    fix: "remove one of them",
  },
  {
    name: "a directory of another environment on the same host",
    from: "directory: /srv/site-prod",
    to: "directory: /srv//site/",
    at: "directory: /srv//site/",
    path: "projects.site.environments.prod.strategy.directory",
    found: '"/srv//site/"',
    fix: "give each environment a directory of its own, or keep one of the two",
  },
  {
    name: "a jump host that does not exist",
    from: "jump: bastion",
    to: "jump: gate",
    at: "jump: gate",
    path: "hosts.shop-uat.jump",
    found: '"gate"',
    fix: "use one of the hosts: `bastion`, `shop-uat`, `shop-preprod`",
  },
  {
    name: "a host that jumps through itself",
    from: "jump: bastion",
    to: "jump: shop-uat",
    at: "jump: shop-uat",
    path: "hosts.shop-uat.jump",
    found: '"shop-uat"',
    fix: "let one of them be reached without `jump`",
  },
  {
    name: "two hosts that jump through each other",
    from: '    hostKeys: ["SHA',
    to: '    jump: shop-uat\n    hostKeys: ["SHA',
    at: "jump: shop-uat",
    path: "hosts.bastion.jump",
    found: '"shop-uat"',
    fix: "let one of them be reached without `jump`",
  },
  {
    name: "no host key",
    from: "    knownHosts: known_hosts\n    jump",
    to: "    jump",
    at: "shop-uat:",
    path: "hosts.shop-uat",
    found: "`shop-uat`",
    fix: "add `hostKeys:` with the host's SHA256 fingerprints (`ssh-keygen -lf`), or `knownHosts:` with a file",
  },
  {
    name: "host keys and a known_hosts file",
    from: '    hostKeys: ["SHA',
    to: '    knownHosts: known_hosts\n    hostKeys: ["SHA',
    at: "knownHosts: known_hosts",
    path: "hosts.bastion.knownHosts",
    found: "`knownHosts`",
    fix: "keep one of them",
  },
  {
    name: "a bad fingerprint",
    from: "SHA256:3qhRiGT5C1sBbqRFh2LSUOjvLd3cYHZ9VvCvX0tQm1E",
    to: "MD5:16:27:ac:a5:76:28:2d:36",
    at: "MD5:",
    path: "hosts.bastion.hostKeys[0]",
    found: '"MD5:16:27:ac:a5:76:28:2d:36"',
    fix: "use SHA256:… as `ssh-keygen -lf` prints it",
  },
  {
    name: "an unquoted Discord id",
    from: 'guild: "112233445566778899"',
    to: "guild: 112233445566778899",
    at: "guild:",
    path: "discord.guild",
    found: "112233445566778899",
    fix: 'write the Discord id as quoted text of 17 to 20 digits, such as "112233445566778899"',
  },
  {
    name: "a bad cron expression",
    from: "30 6 * * 1-5",
    to: "70 6 * * 1-5",
    at: "70 6",
    path: "projects.shop.environments.preprod.triggers.schedule.cron",
    found: '"70 6 * * 1-5"',
    fix: 'correct the minute, which is "70": write 0 to 59, or *',
  },
  {
    name: "a cron expression with seconds",
    from: "30 6 * * 1-5",
    to: "0 30 6 * * 1-5",
    at: "0 30 6",
    path: "projects.shop.environments.preprod.triggers.schedule.cron",
    found: '"0 30 6 * * 1-5"',
    fix: "use a cron expression of five fields, such as 0 3 * * 1-5 (minute, hour, day of the month, month, day of the week); this has 6",
  },
  {
    name: "an unknown time zone",
    from: "America/New_York",
    to: "America/New_Pork",
    at: "America/New_Pork",
    path: "projects.site.environments.prod.freeze[0].timeZone",
    found: '"America/New_Pork"',
    fix: "did you mean America/New_York?",
  },
  {
    name: "an unknown strategy",
    from: "type: git",
    to: "type: gti",
    at: "type: gti",
    path: `${UAT}.strategy.type`,
    found: '"gti"',
    fix: "did you mean `git`?",
  },
  {
    name: "an unknown language",
    from: "language: fr",
    to: "language: german",
    at: "language:",
    path: "language",
    found: '"german"',
    fix: "write one of `en`, `fr`",
  },
  {
    name: "a command written as one line",
    from: "run: [docker, compose, up, -d, --build, --remove-orphans]",
    to: "run: docker compose restart",
    at: "run: docker compose restart",
    path: `${UAT}.strategy.restart.run`,
    found: '"docker compose restart"',
    fix: "write a list, one argument each, such as [docker, compose, up, -d]",
  },
  {
    name: "a command without a program",
    from: "run: [docker, compose, up, -d, --build, --remove-orphans]",
    to: "run: []",
    at: "run: []",
    path: `${UAT}.strategy.restart.run[0]`,
    found: "nothing",
    fix: "name the program first",
  },
  {
    name: "a number among the arguments",
    from: '"200"]',
    to: "200]",
    at: "200]",
    path: `${UAT}.strategy.diagnostics[1].run[4]`,
    found: "200",
    fix: "put it in quotes",
  },
  {
    name: "a duration without a unit",
    from: "timeout: 2m",
    to: "timeout: 120",
    at: "timeout: 120",
    path: `${UAT}.strategy.restart.timeout`,
    found: "120",
    fix: "write a duration from 1s to 24h, such as 10s, 5m or 1h",
  },
  {
    name: "a duration longer than a timer may run",
    from: "timeout: 2m",
    to: "timeout: 600h",
    at: "timeout: 600h",
    path: `${UAT}.strategy.restart.timeout`,
    found: '"600h"',
    fix: "write a duration from 1s to 24h, such as 10s, 5m or 1h",
  },
  {
    name: "a pattern where a branch belongs",
    from: "push: develop",
    to: "push: release/*",
    at: "push: release/*",
    path: `${UAT}.triggers.push`,
    found: '"release/*"',
    fix: "write the short name of one branch, such as main: no refs/heads/, no pattern",
  },
  {
    name: "a full ref where a branch belongs",
    from: "push: develop",
    to: "push: refs/heads/develop",
    at: "push: refs",
    path: `${UAT}.triggers.push`,
    found: '"refs/heads/develop"',
    fix: "write the short name of one branch, such as main: no refs/heads/, no pattern",
  },
  {
    name: "a port out of range",
    from: "port: 2222",
    to: "port: 70000",
    at: "port: 70000",
    path: "hosts.shop-uat.port",
    found: "70000",
    fix: "write a number of at most 65535",
  },
  {
    name: "a number in quotes",
    from: "port: 2222",
    to: 'port: "2222"',
    at: 'port: "2222"',
    path: "hosts.shop-uat.port",
    found: '"2222"',
    fix: "write a number without quotes",
  },
  {
    name: "a relative directory",
    from: "directory: /srv/site",
    to: "directory: srv/site",
    at: "directory: srv/site",
    path: "projects.site.environments.uat.strategy.directory",
    found: '"srv/site"',
    fix: "use an absolute path, such as /srv/shop",
  },
  {
    name: "a name with capitals",
    from: "  site:",
    to: "  Site:",
    at: "  Site:",
    path: "projects.Site",
    found: "`Site`",
    fix: "use 1 to 32 lower-case letters, digits and hyphens",
  },
  {
    name: "a name that zod would pass over",
    from: "\nprojects:",
    to: "\n  __proto__: {}\nprojects:",
    at: "__proto__",
    path: "hosts.__proto__",
    found: "`__proto__`",
    fix: "use 1 to 32 lower-case letters, digits and hyphens",
  },
  {
    name: "a key with neither file nor variable",
    from: "key: { file: keys/bastion }",
    to: "key: { path: keys/bastion }",
    at: "key: { path",
    path: "hosts.bastion.key",
    found: "a mapping",
    fix: "write either `file: path/to/file` or `variable: NAME`",
  },
  {
    name: "a key with file and variable",
    from: "key: { file: keys/bastion }",
    to: "key: { file: keys/bastion, variable: KEY }",
    at: "key: { file",
    path: "hosts.bastion.key",
    found: "a mapping",
    fix: "write either `file: path/to/file` or `variable: NAME`",
  },
  {
    name: "a key variable that is no variable name",
    from: "key: { file: keys/bastion }",
    to: "key: { variable: bastion-key }",
    at: "key: { variable: bastion-key",
    path: "hosts.bastion.key.variable",
    found: '"bastion-key"',
    fix: "use the name of an environment variable, such as SHOP_SSH_KEY",
  },
  {
    name: "a health check that is not HTTP",
    from: "url: https://uat.shop.example.com/healthz",
    to: "url: tcp://uat.shop.example.com",
    at: "tcp://",
    path: `${UAT}.health[0].url`,
    found: '"tcp://uat.shop.example.com"',
    fix: "use an http:// or https:// address",
  },
  {
    name: "a section without a value",
    from: "restart: { run: [docker, compose, up, -d, --build, --remove-orphans] }",
    to: "restart:",
    at: "restart:\n        health",
    path: "projects.shop.environments.preprod.strategy.restart",
    found: "no value",
    fix: "write `key: value` lines, indented below it",
  },
  {
    name: "an environment written twice",
    from: "      preprod:\n",
    to: "      uat: {}\n      preprod:\n",
    at: "uat: {}",
    path: UAT,
    found: "`uat`",
    fix: "keep one of them, or rename one",
  },
];

describe("a fault", () => {
  it.each(CASES)("$name: line, path, what was found and the fix", ({ from, to, at, path, found, fix }) => {
    const text = edit(exampleText, from, to);

    const faults = faultsOf(text).map((fault) => ({
      line: fault.line,
      path: fault.path,
      found: fault.found,
      fix: fault.fix,
    }));

    expect(faults).toContainEqual({ line: lineOf(text, at), path, found, fix });
  });

  it("of a mistyped key comes alone, without the key being missing as well", () => {
    const text = edit(exampleText, "repository: example-org/site", "repositry: example-org/site");

    expect(faultsOf(text).map(({ path }) => path)).toEqual(["projects.site.repositry"]);
  });

  it("of a circle of jump hosts is told once, with the way", () => {
    const text = edit(exampleText, '    hostKeys: ["SHA', '    jump: shop-uat\n    hostKeys: ["SHA');

    expect(faultsOf(text).map(({ problem }) => problem)).toEqual([
      "the way goes in a circle: bastion → shop-uat → bastion",
    ]);
  });

  it("points at the column of the value", () => {
    const text = edit(exampleText, "hosts: [shop-uat]", "hosts: [shop-uta]");

    expect(faultsOf(text).map(({ column }) => column)).toEqual(["        hosts: [".length + 1]);
  });

  it("of a key written twice names both lines", () => {
    const text = edit(exampleText, "\nprojects:\n", "\nlanguage: en\nprojects:\n");
    const again = lineOf(text, "language: en");

    expect(faultsOf(text)).toMatchObject([
      {
        line: again,
        problem: `this is written twice, on line ${lineOf(text, "language: fr")} and on line ${again}`,
      },
    ]);
  });
});

describe("a fault of the syntax", () => {
  it.each([
    ["a tab", "hosts:\n\tweb: {}\n", 2, "a tab is used to indent"],
    ["two documents", "a: 1\n---\nb: 2\n", 2, "the file holds more than one YAML document"],
    [
      "an open quote",
      'a: "x\n',
      2,
      "a character is missing: a closing quote or bracket, a colon, a comma or a space",
    ],
    ["an alias without an anchor", "a: 1\nb: *c\n", 2, "this alias names no anchor before it"],
    ["an alias that holds itself", "a: &a [*a]\n", 1, "this alias names no anchor before it"],
    ["a list as a key", "? [a]\n: 1\n", 1, "a list or a mapping is used as a key"],
    ["a second colon", "a: b: c\n", 1, "this is not a `key: value` line"],
  ])("(%s) has its line", (_, text, line, problem) => {
    expect(faultsOf(text).map((fault) => [fault.line, fault.problem])).toContainEqual([line, problem]);
  });

  it("refuses tags", () => {
    const text = edit(exampleText, "user: slipway", "user: !!binary slipway");

    expect(faultsOf(text)).toMatchObject([{ line: lineOf(text, "!!binary"), problem: "tags are not read" }]);
  });
});

describe("formatFaults", () => {
  const faults = faultsOf(edit(exampleText, "hosts: [shop-uat]", "hosts: [shop-uta]"));

  it("writes the place, the problem, what was found and the fix", () => {
    const line = lineOf(exampleText, "hosts: [shop-uat]");

    expect(formatFaults(faults, { color: false })).toBe(
      [
        `slipway.yaml:${line}:17  projects.shop.environments.uat.hosts[0]`,
        "  no host has this name",
        '  found: "shop-uta"',
        "  fix:   did you mean `shop-uat`?",
        "",
        "1 fault",
        "",
      ].join("\n"),
    );
  });

  it("says the same in colour", () => {
    const escapeCode = String.fromCharCode(27);

    const colored = formatFaults(faults, { color: true });

    expect(colored.includes(escapeCode)).toBe(true);
    expect(colored.replaceAll(new RegExp(`${escapeCode}\\[\\d+m`, "g"), "")).toBe(
      formatFaults(faults, { color: false }),
    );
  });

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: "" }, true],
    [true, { NO_COLOR: "1" }, false],
    [false, {}, false],
  ])("wants colour on a terminal (%s) with %o: %s", (isTTY, env, expected) => {
    expect(wantsColor({ isTTY }, env)).toBe(expected);
  });
});

it("a directory that is used twice is told with both places", () => {
  const [fault] = faultsOf(edit(exampleText, "directory: /srv/site-prod", "directory: /srv/site"));

  expect(fault).toMatchObject({
    path: "projects.site.environments.prod.strategy.directory",
    problem: "on `shop-preprod` this is the directory of projects.site.environments.uat too",
  });
});
