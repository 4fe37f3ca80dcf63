/** Writes slipway.schema.json and docs/configuration.md from the schema. Run it after each change of the schema. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { configJsonSchema, type JsonSchema } from "../src/config/json-schema.js";

/** What each generated file holds, by its path from the top of the repository. */
export function configurationFiles(): Readonly<Record<string, string>> {
  const schema = configJsonSchema();
  return {
    "slipway.schema.json": `${JSON.stringify(schema, null, 2)}\n`,
    "docs/configuration.md": `${HEAD}\n${sections(schema).map(renderSection).join("\n")}\n${ENVIRONMENT}\n${table(["variable", "default", "meaning"], VARIABLES)}`,
  };
}

type Row = readonly string[];

interface Section {
  readonly path: string;
  readonly title: string;
  readonly schema: JsonSchema;
}

const TITLES: Readonly<Record<string, string>> = {
  "": "The whole file",
  discord: "Discord",
  "hosts.<name>": "A host",
  "hosts.<name>.key": "The private key",
  "projects.<name>": "A project",
  "projects.<name>.environments.<name>": "An environment",
  "projects.<name>.environments.<name>.strategy": "A strategy",
  "projects.<name>.environments.<name>.approval": "Approval",
  "projects.<name>.environments.<name>.freeze[]": "A freeze window",
  "projects.<name>.environments.<name>.locks": "Locks",
  "projects.<name>.environments.<name>.failures": "Mentions on failure",
  "projects.<name>.environments.<name>.strategy.before[]": "A command",
  "projects.<name>.environments.<name>.strategy.restart.proof": "Proof of a restart",
  "projects.<name>.environments.<name>.strategy.restart.proof.compose": "Containers that prove a restart",
  "projects.<name>.environments.<name>.health[].json": "A JSON field",
  "projects.<name>.environments.<name>.health[].basicAuth": "Basic authentication",
  "projects.<name>.environments.<name>.roles": "Roles",
  "projects.<name>.environments.<name>.triggers": "Triggers",
  "projects.<name>.environments.<name>.triggers.schedule": "A schedule",
  "projects.<name>.environments.<name>.monitor": "Monitoring",
  "projects.<name>.environments.<name>.monitor.confirm": "Confirmation",
  "projects.<name>.environments.<name>.monitor.recovery": "Recovery",
  "projects.<name>.environments.<name>.monitor.escalate": "Escalation",
  "projects.<name>.environments.<name>.monitor.bake": "Bake period",
  "projects.<name>.environments.<name>.logs[]": "A log",
  "projects.<name>.environments.<name>.logs[].compose": "A Compose service",
};

/** Every mapping of the schema, outermost first; one that looks like an earlier one is described there. */
function sections(root: JsonSchema): readonly Section[] {
  const found: Section[] = [];
  const visit = (path: string, schema: JsonSchema): void => {
    const title = titleOf(path, schema);
    // What has a name for its type is explained at the top.
    if (schema.title !== undefined && path !== "") return;
    if (schema.properties !== undefined || schema.anyOf !== undefined) {
      if (found.some((section) => section.title === title)) return;
      found.push({ path, title, schema });
    }
    for (const { properties = {} } of [schema, ...(schema.anyOf ?? [])]) {
      for (const [key, value] of Object.entries(properties)) visit(childPath(path, key), value);
    }
    if (typeof schema.additionalProperties === "object") visit(`${path}.<name>`, schema.additionalProperties);
    if (schema.items !== undefined) visit(`${path}[]`, schema.items);
    for (const choice of schema.oneOf ?? []) visit(path, choice);
  };
  visit("", root);
  return found;
}

function titleOf(path: string, schema: JsonSchema): string {
  const type = schema.properties?.["type"]?.const;
  if (type !== undefined) return `${path.endsWith("strategy") ? "Strategy" : "Check"} \`${String(type)}\``;
  if (schema.properties?.["proof"] !== undefined) return "A restart";
  if (schema.properties?.["artifact"] !== undefined) return "A backup";
  if (schema.properties?.["run"] !== undefined) return "A command";
  return TITLES[path] ?? path;
}

function renderSection({ path, title, schema }: Section): string {
  const choices = schema.anyOf ?? [schema];
  const required = requiredInAll(choices);
  const rows = choices.flatMap((choice, index) => {
    const before = choices.slice(0, index).flatMap(({ properties = {} }) => Object.keys(properties));
    return rowsOf(path, choice, { required, leaveOut: before });
  });
  const where = path === "" || title === "A command" ? [] : [`Under \`${path}\`.`];
  const choose = schema.anyOf === undefined || required.length > 0 ? [] : ["Write one of these."];
  return [
    `## ${title}\n`,
    `${[schema.description, ...choose, ...where].filter((line) => line !== undefined).join(" ")}\n`,
    table(["key", "type", "default", "meaning"], rows),
  ].join("\n");
}

/** A Markdown table with even columns, as the formatter wants it. */
function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: Row): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return `${[line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n")}\n`;
}

/** What must be written whichever of the choices is taken. */
function requiredInAll(choices: readonly JsonSchema[]): readonly string[] {
  const [first, ...others] = choices.map(({ required = [] }) => required);
  return (first ?? []).filter((key) => others.every((required) => required.includes(key)));
}

/** A key that several choices share has its row with the first of them. */
function rowsOf(
  path: string,
  schema: JsonSchema,
  { required, leaveOut }: { readonly required: readonly string[]; readonly leaveOut: readonly string[] },
): readonly Row[] {
  const own = Object.entries(schema.properties ?? {}).filter(([key]) => !leaveOut.includes(key));
  return own.map(([key, value]) => {
    const standard =
      value.default === undefined ? "–" : `\`${JSON.stringify(value.default).replaceAll('"', "")}\``;
    const shown = required.includes(key) ? "**required**" : standard;
    return [`\`${key}\``, typeOf(childPath(path, key), value), shown, value.description ?? meaningOf(value)];
  });
}

function typeOf(path: string, schema: JsonSchema): string {
  if (schema.title !== undefined && path !== "") return schema.title;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(" or ");
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.oneOf !== undefined) {
    return schema.oneOf.map((choice) => link(titleOf(path, choice), "strategy")).join(" or ");
  }
  if (schema.properties !== undefined || schema.anyOf !== undefined)
    return link(titleOf(path, schema), "mapping");
  if (typeof schema.additionalProperties === "object") {
    const each = schema.additionalProperties;
    return `names, each with ${each.title ?? link(titleOf(`${path}.<name>`, each), "mapping").toLowerCase()}`;
  }
  if (schema.items !== undefined) return `list: ${typeOf(`${path}[]`, schema.items)}`;
  if (schema.type === "integer") return `whole number${range(schema)}`;
  return schema.type === "boolean" ? "true or false" : "text";
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined) return "";
  return maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER
    ? `, ${minimum} or more`
    : `, ${minimum} to ${maximum}`;
}

function meaningOf(schema: JsonSchema): string {
  return schema.oneOf?.[0]?.description ?? "";
}

function link(title: string, otherwise: string): string {
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 ]/g, "")
    .replaceAll(" ", "-");
  return `[${title === "" ? otherwise : title}](#${anchor})`;
}

function childPath(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

const HEAD = `# Configuration

<!-- Written by scripts/write-configuration-docs.ts. Change src/config/schema.ts, or the text in that script. -->

Slipway reads one file, \`slipway.yaml\`, and a few environment variables. The file says what is deployed, where to and who
may ask; the variables hold the secrets. [slipway.example.yaml](../slipway.example.yaml) shows every key once.

\`npx slipway check\`, in Slipway's folder, reads both without starting anything. It names every mistake at once, those of the
file with their line, and exits with 2:

\`\`\`text
slipway.yaml:37:17  projects.shop.environments.uat.hosts[0]
  no host has this name
  found: "shop-uta"
  fix:   did you mean \`shop-uat\`?
\`\`\`

Editors that know YAML schemas (VS Code with the YAML extension, the JetBrains IDEs, Neovim with yaml-language-server)
complete and check the file when it starts with this line:

\`\`\`yaml
# yaml-language-server: $schema=./slipway.schema.json
\`\`\`

How values are written:

- **name**: 1 to 32 lower-case letters, digits and hyphens.
- **Discord id**: 17 to 20 digits, in quotes. Without them YAML reads a number and rounds it. Discord shows "Copy ID"
  in its menus once Developer Mode is on (User Settings, Advanced).
- **duration**: \`10s\`, \`5m\` or \`1h\`; at most 24 hours. **long duration**: \`30m\`, \`64h\` or \`14d\`; at most 31 days.
  **latency**: \`500ms\` or \`2s\`; at most a minute.
- **share or size**: \`10%\`, \`500MB\`, \`5GB\` or \`1TB\`.
- **secret**: \`variable: NAME\`, an environment variable (or the file that \`NAME_FILE\` names), or \`file: path\`, relative to
  the configuration file. The secret itself never stands in this file. **text or secret**: plain text, or such a reference.
- **program and arguments**: a list with one item for each argument, such as \`[docker, compose, up, -d]\`. No shell reads
  it, so there is no \`&&\`, no \`|\` and no \`$VARIABLE\`; write \`[sh, -c, "…"]\` where you need them. Quote arguments that
  look like numbers: \`"200"\`.
- **git ref**: a branch, a tag or a commit SHA. **branch**: the short name of one branch, such as \`main\`.
- **cron expression**: minute, hour, day of the month, month, day of the week: \`30 6 * * 1-5\`.

Health checks ask only what this file names, and that may well be private addresses: the file is yours. Whoever answers
there cannot lead Slipway elsewhere: a redirect is followed only where \`redirects: follow\` allows it, only to an address
(scheme, host and port) of a health check or an environment's \`url\` in this file, or from \`http://\` to \`https://\` on the
same host; headers and passwords are not taken along to another address.

Each host needs either \`hostKeys\` or \`knownHosts\`: Slipway never accepts a host key that it was not told about. The
file is YAML 1.2: \`on\`, \`no\` and \`yes\` are text, anchors work, merge keys (\`<<\`) and tags (\`!word\`) do not.
`;

const ENVIRONMENT = `## Environment variables

A secret can also be given as a file: \`DISCORD_TOKEN_FILE=/run/secrets/discord_token\` in place of \`DISCORD_TOKEN\`, as
Docker secrets are. The line break at the end of the file is left out. Setting both is a mistake, and so is a variable
that is set and empty.
`;

const VARIABLES: readonly Row[] = [
  [
    "`DISCORD_TOKEN`",
    "**required**",
    "The bot token of the Discord application. Not needed by the role `web`. Secret.",
  ],
  [
    "`GITHUB_WEBHOOK_SECRET`",
    "–",
    "The secret of the GitHub webhook. Required by the roles `all` and `web` where an environment has `triggers.push`. Several, separated by spaces or line breaks, are all accepted: that is how a secret is rotated. Secret.",
  ],
  [
    "`GITHUB_TOKEN`",
    "–",
    "Reads the repositories: private ones, and public ones without GitHub's limit for anonymous calls. Secret.",
  ],
  [
    "`REDIS_URL`",
    "–",
    "`redis://`, `rediss://` (TLS) or `unix:///path`. Without it Slipway starts a Redis of its own. Secret, since it may hold a password.",
  ],
  ["the names in `hosts.<name>.key.variable`", "–", "SSH private keys, without a passphrase. Secret."],
  [
    "the names in `variable` under `secrets`",
    "–",
    "What commands and backups get as their own environment variables. Secret.",
  ],
  [
    "the names in `variable` under `headers` and `basicAuth`",
    "–",
    "What health checks send along. Secret: it is in no message, log or record.",
  ],
  [
    "`NODE_EXTRA_CA_CERTS`",
    "–",
    "A file of certificates (PEM) of your own authority, which health checks trust as well.",
  ],
  ["`HTTP_HOST`", "`127.0.0.1`", "The address that webhooks, `/healthz` and `/readyz` are served on."],
  ["`HTTP_PORT`", "`8080`", "Its port. 0 lets the system choose."],
  ["`LOG_LEVEL`", "`info`", "`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`."],
  ["`SLIPWAY_CONFIG`", "`slipway.yaml`", "The configuration file."],
  ["`SLIPWAY_DATA`", "`data`", "Where Slipway keeps what must survive a restart."],
  ["`DISCORD_API_URL`", "`https://discord.com/api`", "Another Discord API, such as the sandbox's."],
  [
    "`GITHUB_API_URL`",
    "`https://api.github.com`",
    "Another GitHub API, such as GitHub Enterprise Server's or the sandbox's.",
  ],
  [
    "`SLIPWAY_UID`, `SLIPWAY_GID`",
    "`1000`",
    "Docker Compose only: the user and the group that the container runs as, the owner of the secret files.",
  ],
  [
    "`SLIPWAY_PUBLISH`",
    "`127.0.0.1:8080`",
    "Docker Compose only: the address of the machine where the HTTP port appears.",
  ],
];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [file, content] of Object.entries(configurationFiles())) {
    writeFileSync(join(process.cwd(), file), content);
  }
}
