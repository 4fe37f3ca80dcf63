import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { at, componentId, isObject, type JsonObject, toJsonSchema } from "./json-schema.js";

export interface OpenApiChecker {
  /** @returns what differs from the description of the operation's parameters and body; empty when all is well */
  request(
    method: string,
    path: string,
    sent: {
      readonly params: Readonly<Record<string, string>>;
      readonly query: URLSearchParams;
      readonly body: unknown;
    },
  ): readonly string[];
  /** A status that the description does not list must have the body of an error. */
  response(method: string, path: string, status: number, body: unknown): readonly string[];
  webhook(event: string, payload: unknown): readonly string[];
}

let loaded: Promise<OpenApiChecker> | undefined;

/**
 * Loads GitHub's OpenAPI description, once per process, from npm `@octokit/openapi`. Of its files this takes the one
 * that keeps its references: a fifth of the size of the others, and the schemas are compiled as they are needed.
 */
export function loadOpenApiChecker(): Promise<OpenApiChecker> {
  loaded ??= readDescription().then(createChecker);
  return loaded;
}

async function readDescription(): Promise<unknown> {
  const file = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
  return JSON.parse(await readFile(file, "utf8"));
}

function createChecker(description: unknown): OpenApiChecker {
  const compile = createCompiler(description);
  const operation = (method: string, path: string): JsonObject =>
    at(description, "paths", path, method.toLowerCase());

  return {
    request(method, path, { params, query, body }) {
      const described = operation(method, path);
      const values = { ...params, ...Object.fromEntries(query) };
      const parameters = compile(`${method} ${path} parameters`, () =>
        parametersSchema(description, described),
      );
      const problems = problemsOf(parameters, values, "parameters");
      if (described["requestBody"] === undefined) return problems;
      const schema = at(described, "requestBody", "content", "application/json", "schema");
      return [
        ...problems,
        ...problemsOf(
          compile(`${method} ${path} body`, () => schema),
          body,
          "request body",
        ),
      ];
    },
    response(method, path, status, body) {
      const schema = responseSchema(description, operation(method, path), status);
      return problemsOf(
        compile(`${method} ${path} ${status}`, () => schema),
        body,
        `${status} body`,
      );
    },
    webhook(event, payload) {
      const schema = at(
        description,
        "x-webhooks",
        event,
        "post",
        "requestBody",
        "content",
        "application/json",
        "schema",
      );
      return problemsOf(
        compile(`webhook ${event}`, () => schema),
        payload,
        `${event} payload`,
      );
    },
  };
}

type Compile = (key: string, schema: () => unknown) => ValidateFunction;

function createCompiler(description: unknown): Compile {
  // Parameters come as text, and numbers among them must be read as such before their schema sees them.
  const ajv = new Ajv({ strict: false, allErrors: true });
  const coercing = new Ajv({ strict: false, allErrors: true, coerceTypes: true });
  for (const instance of [ajv, coercing]) {
    formats.default(instance);
    instance.addFormat("uri", isUriOrEmpty);
  }
  const compiled = new Map<string, ValidateFunction>();

  const addComponent = (instance: Ajv, name: string): void => {
    if (instance.schemas[componentId(name)] !== undefined) return;
    const references = new Set<string>();
    const isError = name === "basic-error" || name.startsWith("validation-error");
    const schema = toJsonSchema(
      at(description, "components", "schemas", name),
      (found) => references.add(found),
      !isError,
    );
    instance.addSchema(isObject(schema) ? schema : {}, componentId(name));
    for (const reference of references) addComponent(instance, reference);
  };

  return (key, schema) => {
    const known = compiled.get(key);
    if (known) return known;
    const instance = key.endsWith(" parameters") ? coercing : ajv;
    const converted = toJsonSchema(schema(), (name) => addComponent(instance, name));
    const validate = instance.compile(isObject(converted) ? converted : {});
    compiled.set(key, validate);
    return validate;
  };
}

/** GitHub answers with an empty text where an optional link was not given, against its own `format: uri`. */
const isUriOrEmpty = (text: string): boolean => text === "" || URL.canParse(text);

function parametersSchema(description: unknown, operation: JsonObject): JsonObject {
  const listed = operation["parameters"];
  const parameters = (Array.isArray(listed) ? listed : []).map((parameter) =>
    resolve(description, parameter),
  );
  const used = parameters.filter((parameter) => parameter["in"] === "path" || parameter["in"] === "query");
  return {
    type: "object",
    properties: Object.fromEntries(used.map((parameter) => [String(parameter["name"]), parameter["schema"]])),
    required: used
      .filter((parameter) => parameter["required"] === true)
      .map((parameter) => parameter["name"]),
  };
}

function responseSchema(description: unknown, operation: JsonObject, status: number): unknown {
  const responses = at(operation, "responses");
  const listed = responses[String(status)];
  if (listed === undefined && status < 400) return { not: {} };
  const content = listed === undefined ? undefined : resolve(description, listed)["content"];
  if (isObject(content)) return at(content, "application/json", "schema");
  return { $ref: "#/components/schemas/basic-error" };
}

function resolve(description: unknown, value: unknown): JsonObject {
  if (!isObject(value))
    throw new RangeError("GitHub's description holds something else where an object must be");
  const reference = value["$ref"];
  if (typeof reference !== "string") return value;
  return at(description, ...reference.replace("#/", "").split("/"));
}

function problemsOf(validate: ValidateFunction, value: unknown, what: string): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => {
    const extra =
      error.keyword === "additionalProperties" ? ` (${String(error.params["additionalProperty"])})` : "";
    return `${what}${error.instancePath} ${error.message ?? error.keyword}${extra}`;
  });
}
