import type { RawEnvironment } from "../start-sandbox.js";

/** What the demo shows: an environment that follows a branch, one to validate on, and a protected one. */
export const DEMO_ENVIRONMENTS: Readonly<Record<string, RawEnvironment>> = {
  uat: { triggers: { push: "main" } },
  preprod: {},
  prod: {
    from: "preprod",
    approval: { checklist: ["Preprod works", "No error in the logs of preprod", "The backup was verified"] },
    backup: {
      run: ["sh", "-c", 'echo "INSERT INTO orders VALUES (1);" > /tmp/slipway-demo-backup.sql'],
      artifact: "/tmp/slipway-demo-backup.sql",
    },
  },
};

/** Each of them is watched, faster than anybody would in earnest: whoever stops an application sees the alert at once. */
export function watched(
  environments: Readonly<Record<string, RawEnvironment>>,
): Readonly<Record<string, RawEnvironment>> {
  const monitor = {
    schedule: "* * * * *",
    confirm: { retries: 1, over: "2s" },
    whileDown: "3s",
    recovery: { probes: 2, hold: "3s", longestHold: "1m" },
    bake: { lasts: "5m", every: "5s" },
  };
  return Object.fromEntries(
    Object.entries(environments).map(([name, environment]) => [name, { ...environment, monitor }]),
  );
}
