import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { claimPort } from "../../sandbox/host/claim-port.js";
import { poll } from "../../sandbox/host/poll.js";
import { repositoryRoot } from "../../sandbox/repository-root.js";
import { type NodeProcess, spawnNode } from "../processes/node-process.js";
import { installProbot } from "./install-probot.js";

const START_LIMIT_MS = 20_000;

export interface Probot {
  readonly url: string;
  readonly process: NodeProcess;
}

/**
 * Starts Probot the way its own guide does: `probot run` with an app that ignores pushes.
 * @throws Error when it cannot be installed or does not answer within 20 s
 */
export async function startProbot(secret: string, progress: (line: string) => void): Promise<Probot> {
  const program = await installProbot(progress);
  const port = await claimPort();
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const child = spawnNode({
    args: [program, "run", join(repositoryRoot(), "bench/webhooks/probot-app.mjs")],
    env: {
      NODE_ENV: "production",
      APP_ID: "1",
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: secret,
      WEBHOOK_PATH: "/webhooks/github",
      HOST: "127.0.0.1",
      PORT: String(port),
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  const answers = await poll(() => child.hasEnded() || isUp(origin), START_LIMIT_MS);
  if (answers === true && !child.hasEnded()) return { url: `${origin}/webhooks/github`, process: child };
  await child.stop();
  throw new Error(`Probot does not start:\n${child.output()}`);
}

async function isUp(origin: string): Promise<boolean> {
  return fetch(`${origin}/ping`, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
}
