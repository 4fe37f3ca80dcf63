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
