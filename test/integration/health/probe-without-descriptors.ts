/**
 * A program: probes the port in its first argument in every way once no descriptor is left, and prints what the probes
 * throw, or what they find, as JSON.
 */
import { openSync } from "node:fs";
import { pino } from "pino";
import type { HealthCheck } from "../../../src/config/health-checks.js";
import { createRedactor } from "../../../src/execution/redact.js";
import { createSshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import { createProbers } from "../../../src/health/create-prober.js";
import { Secret } from "../../../src/secret.js";

const port = Number(process.argv.at(-1));
const attempts = { attempts: 1, interval: 1, timeout: 5 };
const checks: readonly HealthCheck[] = [
  { type: "http", url: `http://127.0.0.1:${port}/`, status: 200, redirects: "answer", ...attempts },
  { type: "tcp", address: { host: "127.0.0.1", port }, ...attempts },
  { type: "command", host: "web", run: ["true"], ...attempts },
];
const web = {
  ...{ address: "127.0.0.1", port, user: "deploy", privateKey: new Secret("no key at all") },
  hostKeys: [{ kind: "fingerprint", sha256: `SHA256:${"A".repeat(43)}` } as const],
};
const { look: probe } = createProbers({
  runner: createSshRunner({ hosts: { web }, logger: pino({ level: "silent" }) }),
  redaction: () => createRedactor([]).stream(),
  ...{ secrets: new Map(), origins: new Set<string>(), now: Date.now },
});

/** @returns the code of the system's error that ended it */
function takeDescriptors(): unknown {
  try {
    for (;;) openSync("/dev/null", "r");
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): unknown {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return cause === undefined ? code : codeOf(cause);
}

// What is loaded late is loaded before: modules are files, too.
await Promise.allSettled(checks.map((check) => probe(check)));
const taken = takeDescriptors();
const found = await Promise.allSettled(checks.map((check) => probe(check)));
const codes = found.map((each) => (each.status === "rejected" ? codeOf(each.reason) : each.value));
process.stdout.write(JSON.stringify({ taken, codes }));
process.exit();
