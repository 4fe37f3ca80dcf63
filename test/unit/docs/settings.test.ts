import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configJsonSchema, type JsonSchema } from "../../../src/config/json-schema.js";
import { parseConfig } from "../../../src/config/load.js";
import { codeSpans, GUIDES, PAGES, read } from "./pages.js";

const REFERENCE = PAGES.get("docs/configuration.md") ?? "";
/** Programs read these, not Slipway's own code: Node, colours in a terminal. */
const READ_BY_OTHERS = ["NODE_EXTRA_CA_CERTS"];
const COMPOSE = namesIn("docker-compose.yml", /\$\{([A-Z_]+)/g);
/** Examples of what a configuration may choose, what sshd sets, and what the model test reads. */
const CHOSEN = /^(?:NAME_FILE|SSH_KEY|SHOP_[A-Z_]+|DATABASE_URL|SSH_ORIGINAL_COMMAND|MODEL_(?:STEPS|SEED))$/;

const own = [
  ...namesIn("src/config/environment.ts", /^ {2}([A-Z][A-Z0-9_]+):/gm),
  ...namesIn("src/config/environment.ts", /secret\(\s*"([A-Z0-9_]+)"/g),
];
const known = new Set([...own, ...COMPOSE, ...READ_BY_OTHERS]);

describe("environment variables", () => {
  it("are found in the code", () => {
    expect(own).toEqual(
      expect.arrayContaining(["DISCORD_TOKEN", "GITHUB_WEBHOOK_SECRET", "LOG_LEVEL", "REDIS_URL"]),
    );
    expect(COMPOSE).toContain("SLIPWAY_UID");
  });

  it("are all in the reference", () => {
    const described = [...REFERENCE.matchAll(/^\| (`[A-Z].*?) \|/gm)].map(([, cell = ""]) => cell).join(", ");

    expect([...known].filter((name) => !described.includes(`\`${name}\``))).toEqual([]);
  });

  it("are all in .env.example", () => {
    const given = namesIn(".env.example", /^#?([A-Z][A-Z0-9_]+?)(?:_FILE)?=/gm);

    expect([...known].filter((name) => !given.includes(name))).toEqual([]);
  });

  it.each([...GUIDES.keys(), ".env.example"])("that %s names exist", (path) => {
    const named = namesIn(path, /(?:^#?|`|\$\{?|, |^ {2})([A-Z]+_[A-Z_]+?)(?:_FILE)?\b/gm);

    expect(named.filter((name) => !known.has(name) && !CHOSEN.test(name))).toEqual([]);
  });
});

describe("slipway --help", () => {
  it("names only variables that exist, with every log level", () => {
    const [, help = ""] = /Environment:([\s\S]*?)`/.exec(read("src/cli.ts")) ?? [];
    const names = [...help.matchAll(/^ {2}([A-Z_, ]+?) {2}/gm)].flatMap(([, text = ""]) => text.split(", "));
    const levels = /LOG_LEVELS = \[(.*)\]/.exec(read("src/config/environment.ts"))?.[1]?.replaceAll('"', "");

    expect(names).toContain("LOG_LEVEL");
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(help).toContain(levels);
  });
});

describe("a key of the configuration", () => {
  const paths = pathsOf(configJsonSchema());

  it.each([...GUIDES])("that %s names exists", (_path, page) => {
    const named = codeSpans(page).filter(
      (span) =>
        /^[a-z][A-Za-z]+(?:\.(?:<\w+>|[a-z][A-Za-z]+))+$/.test(span) &&
        !/\.(?:ts|js|md|sh)$|<name>$/.test(span),
    );
    const ofFile = named.filter((span) =>
      paths.some((path) => path.split(".").includes(span.split(".")[0] ?? "")),
    );

    expect(ofFile.filter((span) => !paths.some((path) => `.${path}`.endsWith(`.${span}`)))).toEqual([]);
  });

  it.each([...new Set(paths.map((path) => path.split(".").at(-1) ?? ""))])(
    "%s is in the reference",
    (key) => {
      expect(REFERENCE).toContain(`| \`${key}\``);
    },
  );

  it("is in the example", () => {
    const written = new Set(pathsIn(parse(read("slipway.example.yaml"))).map(shapeOf));

    expect(paths.map(shapeOf).filter((shape) => shape !== "" && !written.has(shape))).toEqual([]);
  });
});

describe("the example in README.md", () => {
  it("is valid", () => {
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(PAGES.get("README.md") ?? "") ?? [];

    expect(parseConfig(yaml, "slipway.yaml")).toMatchObject({ kind: "valid" });
  });
});

/** Every key that may be written, as a path without list marks: `projects.<name>.environments.<name>.hosts`. */
function pathsOf(schema: JsonSchema, path = ""): readonly string[] {
  const inside = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((choice) =>
    pathsOf(choice, path),
  );
  const keys = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const own = path === "" ? key : `${path}.${key}`;
    return [own, ...pathsOf(value, own)];
  });
  const names =
    typeof schema.additionalProperties === "object"
      ? pathsOf(schema.additionalProperties, `${path}.<name>`)
      : [];
  const items = schema.items === undefined ? [] : pathsOf(schema.items, path);
  return [...new Set([...inside, ...keys, ...names, ...items])];
}

/** Every key that stands in a file, with the names that the file chose. */
function pathsIn(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = path === "" ? key : `${path}.${key}`;
    return [own, ...pathsIn(inner, own)];
  });
}

/** Without the names that a file chooses; commands are alike, and so are the ways to name a secret. */
function shapeOf(path: string): string {
  if (/\.(?:secrets|headers)\.[^.]+\.|\.(?:password|key)\./.test(path)) return "";
  return path
    .replace(/^(hosts|people|projects)\.[^.]+/, "$1.<name>")
    .replace(/\.environments\.[^.]+/, ".environments.<name>")
    .replace(/\.(secrets|headers)\.[^.]+$/, ".$1.<name>")
    .replace(/\.(?:before|restart|after|diagnostics|backup)\.(title|run|timeout|secrets)/, ".<command>.$1")
    .replace(/\.strategy\.(?=<command>)/, ".");
}

function namesIn(path: string, pattern: RegExp): readonly string[] {
  return [...read(path).matchAll(pattern)].map(([, name = ""]) => name);
}
