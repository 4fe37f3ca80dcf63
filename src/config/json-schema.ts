import { z } from "zod";
import type { ConfigPath } from "./fault.js";
import { Config } from "./schema.js";

/** The part of JSON Schema (draft 2020-12) that describing `slipway.yaml` takes. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** The JSON Schema that editors use: what a person may write, before defaults are filled in. */
export function configJsonSchema(): JsonSchema {
  return z.toJSONSchema(Config, { io: "input" }) as JsonSchema;
}

/** Made once, and only when there is a fault to explain: a start without faults does not pay for it. */
let whole: JsonSchema | undefined;

/** The schemas that may hold at a path: several where the file leaves a choice. */
function schemasAt(path: ConfigPath): readonly JsonSchema[] {
  whole ??= configJsonSchema();
  let schemas = alternatives(whole);
  for (const part of path) {
    schemas = schemas.flatMap((schema) => child(schema, part)).flatMap(alternatives);
  }
  return schemas;
}

/** The keys that may be written in the mapping at a path. Empty where names are free. */
export function knownKeys(path: ConfigPath): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** The fixed values that may be written at a path. Empty where the value is free. */
export function knownValues(path: ConfigPath): readonly string[] {
  const values = schemasAt(path).flatMap(
    (schema) => schema.enum ?? (schema.const === undefined ? [] : [schema.const]),
  );
  return [...new Set(values.map(String))];
}

/** What the key at a path means, as the schema says it. */
export function descriptionAt(path: ConfigPath): string | undefined {
  return schemasAt(path).find((schema) => schema.description !== undefined)?.description;
}

function child(schema: JsonSchema, part: string | number): readonly JsonSchema[] {
  if (typeof part === "number") return present(schema.prefixItems?.[part] ?? schema.items);
  const properties = schema.properties ?? {};
  if (Object.hasOwn(properties, part)) return present(properties[part]);
  return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices === undefined) return [schema];
  const { description } = schema;
  return choices.map((choice) => (description === undefined ? choice : { description, ...choice }));
}

function present(schema: JsonSchema | undefined): readonly JsonSchema[] {
  return schema === undefined ? [] : [schema];
}
