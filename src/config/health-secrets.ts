import { Secret } from "../secret.js";
import type { HttpCheck } from "./health-checks.js";
import { readReferencedSecret, type SecretSources } from "./referenced-secret.js";
import type { Config } from "./schema.js";
import { type SecretReference, secretId } from "./secret-reference.js";
import type { EnvironmentFault, FaultySecret, FoundSecret } from "./variables.js";

/** The secrets that health checks send, by {@link secretId} of their reference. */
export type HealthSecrets = ReadonlyMap<string, Secret>;

export type HealthSecretsResult =
  | { readonly kind: "valid"; readonly secrets: HealthSecrets }
  | { readonly kind: "invalid"; readonly faults: readonly EnvironmentFault[] };

interface PlacedReference {
  readonly reference: SecretReference;
  /** `projects.shop.environments.uat.health[0].basicAuth.password` */
  readonly place: string;
  readonly use: "header" | "password";
}

/** Reads the secrets that the health checks of a configuration name. All faults come at once; none holds a secret. */
export function readHealthSecrets(config: Config, sources: SecretSources): HealthSecretsResult {
  const secrets = new Map<string, Secret>();
  const faults = new Map<string, EnvironmentFault>();
  for (const placed of references(config)) {
    const read = readSecret(placed, sources);
    if (read.kind === "fault") faults.set(JSON.stringify(read.fault), read.fault);
    else secrets.set(secretId(placed.reference), new Secret(read.text));
  }
  return faults.size > 0 ? { kind: "invalid", faults: [...faults.values()] } : { kind: "valid", secrets };
}

function readSecret({ reference, place, use }: PlacedReference, sources: SecretSources) {
  const read = readReferencedSecret(reference, sources, place, MEANING[use]);
  return read.kind === "fault" || FORM[use].test(read.text) ? read : wrongForm(read, use);
}

const MEANING = { header: "the value of the header", password: "the password" } as const;

/** What HTTP can carry in a header, and in a password (RFC 9110, section 5.5; RFC 7617, section 2). */
const FORM = { header: /^[\x20-\x7e]+$/, password: /^\P{Cc}+$/u } as const;

function wrongForm({ source, text }: FoundSecret, use: PlacedReference["use"]): FaultySecret {
  const fix =
    use === "header"
      ? "write the value on one line, in printable ASCII characters"
      : "write the password on one line, without control characters";
  const found = `text of ${text.length} characters`;
  return {
    kind: "fault",
    fault: { source, found, problem: `HTTP cannot carry this as ${MEANING[use]}`, fix },
  };
}

function references(config: Config): readonly PlacedReference[] {
  return Object.entries(config.projects).flatMap(([projectName, project]) =>
    Object.entries(project.environments).flatMap(([name, { health }]) =>
      health.flatMap((check, index) =>
        check.type === "http"
          ? referencesOf(check, `projects.${projectName}.environments.${name}.health[${index}]`)
          : [],
      ),
    ),
  );
}

function referencesOf({ headers = {}, basicAuth }: HttpCheck, place: string): readonly PlacedReference[] {
  const ofHeaders = Object.entries(headers).flatMap(([header, value]): readonly PlacedReference[] =>
    typeof value === "string"
      ? []
      : [{ reference: value, place: `${place}.headers.${header}`, use: "header" }],
  );
  if (basicAuth === undefined) return ofHeaders;
  return [
    ...ofHeaders,
    { reference: basicAuth.password, place: `${place}.basicAuth.password`, use: "password" },
  ];
}
