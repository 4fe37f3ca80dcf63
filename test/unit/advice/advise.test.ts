import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { advise } from "../../../src/advice/advise.js";
import { parseConfig } from "../../../src/config/load.js";
import { exampleText } from "../config/example.js";
import { PAGES } from "../docs/pages.js";

type Raw = Record<string, unknown>;

const HOST = {
  address: "web.example.com",
  user: "deploy",
  key: { variable: "KEY" },
  knownHosts: "known_hosts",
};
const UP = ["docker", "compose", "up", "-d"];

/** An environment with all that the advice asks for. */
function environment(directory: string, more: Raw = {}): Raw {
  return {
    hosts: ["web"],
    strategy: { type: "git", directory, restart: { run: ["systemctl", "restart", "app"] } },
    roles: { deploy: ["223344556677889900"] },
    health: [{ url: "https://example.com/healthz" }],
    logs: [{ name: "app", file: "/var/log/app.log" }],
    monitor: { mention: ["223344556677889900"] },
    ...more,
  };
}

function compose(directory: string, run: readonly string[] = UP, proof: Raw = {}): Raw {
  return environment(directory, { strategy: { type: "git", directory, restart: { run, ...proof } } });
}

function adviceFor(
  environments: Raw,
  { project = {}, hosts = { web: HOST }, ...more }: Raw = {},
): readonly string[] {
  const text = stringify({
    discord: { guild: "112233445566778899", channel: "112233445566778800" },
    hosts,
    projects: { shop: { repository: "acme/shop", environments, ...(project as Raw) } },
    ...more,
  });
  return adviceOn(text);
}

function adviceOn(text: string): readonly string[] {
  const result = parseConfig(text, "slipway.yaml");
  if (result.kind === "invalid") throw new Error(JSON.stringify(result.faults));
  return advise(result.config, result.written).map((finding) => {
    const { path } = result.locate(finding);
    return `${path.replace("projects.shop.environments.", "")}: ${finding.problem}`;
  });
}

function without(environments: Raw, key: string): Raw {
  const { [key]: _, ...rest } = environments;
  return rest;
}

describe("the advice on a configuration", () => {
  it("is none where nothing will hurt", () => {
    expect(adviceFor({ uat: environment("/srv/uat") })).toEqual([]);
  });

  it.each([
    ["slipway.example.yaml", exampleText],
    ["README.md", /```yaml\n([\s\S]*?)```/.exec(PAGES.get("README.md") ?? "")?.[1] ?? ""],
  ])("is none for %s", (_name, text) => {
    expect(adviceOn(text)).toEqual([]);
  });

  it.each([
    ["health", [], "without a health check"],
    ["logs", [], "without a log source"],
    ["monitor", { mention: [] }, "an alert of this environment notifies nobody"],
  ])("asks for %s, until it is written that there is none", (key, none, problem) => {
    const uat = environment("/srv/uat");

    expect(adviceFor({ uat: without(uat, key) })).toEqual([expect.stringContaining(`uat: ${problem}`)]);
    expect(adviceFor({ uat: { ...uat, [key]: none } })).toEqual([]);
  });

  it.each([
    ["escalation", { monitor: { escalate: { mention: ["223344556677889900"] } } }],
    ["no monitoring", { monitor: { enabled: false } }],
  ])("asks for nobody to mention where there is %s", (_what, more) => {
    expect(adviceFor({ uat: environment("/srv/uat", more) })).toEqual([]);
  });

  it.each([
    [{}, {}, 1],
    [{ failures: { role: "223344556677889900" } }, {}, 0],
    [{ failures: { mention: false } }, {}, 0],
    [{}, { people: { ada: "112233445566778877" } }, 0],
  ])("asks who is notified of a failed push (%j, %j)", (more, rest, count) => {
    expect(
      adviceFor({ uat: environment("/srv/uat", { triggers: { push: "main" }, ...more }) }, rest),
    ).toEqual(Array.from({ length: count }, () => expect.stringContaining("uat.triggers: a failed push")));
  });

  describe("of CI", () => {
    const two = { uat: environment("/srv/uat"), prod: environment("/srv/prod", { from: "uat" }) };

    it("says that `from` needs green checks, until `ci` is written", () => {
      expect(adviceFor(two)).toEqual([
        expect.stringContaining("prod.from: `from` admits only commits with green"),
      ]);
      for (const ci of ["required", "ignored"]) expect(adviceFor(two, { project: { ci } })).toEqual([]);
    });

    it("says that `ci: required` asks nobody without `from`", () => {
      expect(adviceFor({ uat: two.uat }, { project: { ci: "required" } })).toEqual([
        expect.stringContaining("projects.shop.ci: no environment of this project has `from`"),
      ]);
    });
  });

  describe("of two environments on one host", () => {
    it.each([
      ["the folders' last name", compose("/srv/preprod/app"), compose("/srv/prod/app")],
      ["names that Compose makes the same", compose("/srv/preprod/My.App"), compose("/srv/prod/myapp/")],
      [
        "a name that is given",
        compose("/a/one", [...UP.slice(0, 2), "-p", "x", "up"]),
        compose("/b/two", [...UP.slice(0, 2), "--project-name=x", "up"]),
      ],
      [
        "a shell",
        compose("/a/app", ["sh", "-c", "cd . && docker compose up -d"]),
        compose("/b/app", ["sudo", "docker-compose", "up"]),
      ],
      [
        "the folder of the first Compose file",
        compose("/a/uat", [
          "docker",
          "compose",
          "-f",
          "docker/docker-compose.uat.yml",
          "-f",
          "uat.yml",
          "up",
        ]),
        compose("/b/prod", ["docker", "compose", "--file=./docker/docker-compose.prod.yml", "up"]),
      ],
      [
        "a directory beside others",
        compose("/a/app", ["docker", "compose", "--project-directory", "deploy", "up"]),
        compose("/b/app", ["docker-compose", "--ansi", "never", "-f", "../deploy/prod.yml", "up"]),
      ],
    ])("names a shared Compose project: %s", (_what, preprod, prod) => {
      expect(adviceFor({ preprod, prod })).toEqual([
        expect.stringMatching(
          /^prod\.strategy\.directory: the Compose project here is `\w+`, as in `shop\/preprod`/,
        ),
      ]);
    });

    it.each([
      ["another folder's name", compose("/srv/preprod"), compose("/srv/prod")],
      [
        "a name of its own",
        compose("/a/app"),
        compose("/b/app", ["docker", "compose", "--project-name", "b", "up"]),
      ],
      [
        "a variable",
        compose("/a/app"),
        compose("/b/app", ["env", "COMPOSE_PROJECT_NAME=b", "docker", "compose", "up"]),
      ],
      [
        "a proof that names it",
        compose("/a/app"),
        compose("/b/app", UP, { proof: { compose: { project: "b" } } }),
      ],
      ["no Compose", compose("/a/app"), environment("/b/app")],
      [
        "an option of another command of the shell",
        compose("/a/uat", ["sh", "-c", "mkdir -p logs && docker compose up -d"]),
        compose("/b/prod", ["sh", "-c", "mkdir -p logs && docker compose up -d"]),
      ],
      [
        "an option of a subcommand",
        compose("/a/uat", ["docker", "compose", "run", "-p", "80:80", "app"]),
        compose("/b/prod", ["docker", "compose", "run", "-p", "80:80", "app"]),
      ],
      [
        "the directory itself",
        compose("/a/uat", ["docker", "compose", "--project-directory", ".", "up"]),
        compose("/b/prod", ["docker", "compose", "--project-directory", ".", "up"]),
      ],
      [
        "a name that only the shell knows",
        compose("/a/uat", ["sh", "-c", 'docker compose -p "$NAME" up -d']),
        compose("/b/prod", ["sh", "-c", 'docker compose -p "$NAME" up -d']),
      ],
      ["a directory without a name", compose("/a/...", UP), compose("/b/...", UP)],
      [
        "a variable of another command",
        compose("/a/uat", ["sh", "-c", "COMPOSE_PROJECT_NAME=x true; docker compose up"]),
        compose("/b/prod", ["sh", "-c", "COMPOSE_PROJECT_NAME=x true; docker compose up"]),
      ],
    ])("has nothing against %s", (_what, preprod, prod) => {
      expect(adviceFor({ preprod, prod })).toEqual([]);
    });

    it("knows one machine under two names, and two machines apart", () => {
      const two = { preprod: compose("/a/app"), prod: { ...compose("/b/app"), hosts: ["other"] } };

      expect(adviceFor(two, { hosts: { web: HOST, other: { ...HOST, user: "root" } } })).toHaveLength(1);
      expect(adviceFor(two, { hosts: { web: HOST, other: { ...HOST, port: 2222 } } })).toEqual([]);
    });

    it.each([
      ["/srv/app", "/srv/app/preprod", 1],
      ["/srv/app/preprod", "/srv//app/", 1],
      ["/srv/app", "/srv/app-preprod", 0],
    ])("tells a checkout within another: %s and %s", (preprod, prod, count) => {
      expect(adviceFor({ preprod: environment(preprod), prod: environment(prod) })).toEqual(
        Array.from({ length: count }, () => expect.stringContaining("one checkout lies within the other")),
      );
    });
  });
});
