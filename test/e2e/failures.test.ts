import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appFiles } from "../../sandbox/host/app-files.js";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy, messageSaying, textOf } from "./support.js";

/** What the SSH server of nobody would show. */
const OTHER_KEY = `SHA256:${"A".repeat(43)}`;

describe("deployments that fail", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({
      language: "fr",
      environments: {
        uat: {},
        broken: { strategy: { restart: { run: ["sh", "-c", "echo 'port 8080 is taken' >&2; exit 7"] } } },
        elsewhere: { hosts: ["stranger"] },
        closed: { hosts: ["nobody"] },
      },
      configure: (config, { host }) => {
        const known = (config["hosts"] as Record<string, object>)[host.name];
        const hosts = {
          [host.name]: known,
          stranger: { ...known, hostKeys: [OTHER_KEY] },
          nobody: { ...known, port: 1 },
        };
        return { ...shortHealth(config), hosts };
      },
    });
  });

  afterAll(async () => {
    await sandbox?.close();
  });

  it("attaches the whole log when the health check fails, and says where the host stands", async () => {
    const files = appFiles({ name: "Shop", health: "error-status" });
    const before = await sandbox.app("uat").checkedOutSha();
    const sha = await sandbox.github.commit(REPOSITORY, { branch: "main", message: "Break it", files });

    await deploy(sandbox);
    const message = await messageSaying(sandbox, 1, "Échec du déploiement");
    const log = attachedLog(sandbox, message.attachments);

    expect(textOf(message)).toContain("Échec à l’étape **Contrôle de santé**");
    expect(textOf(message)).toContain("statut 500 au lieu de 200");
    expect(textOf(message)).toContain(
      `**web-1**\u202f: maintenant sur \`${sha.slice(0, 7)}\`, redémarré (avant\u202f: \`${before.slice(0, 7)}\`)`,
    );
    expect(message.attachments[0]?.filename).toBe("shop-uat-1.log");
    expect(log).toContain("== web-1: fetch:web-1");
    expect(log).toContain("-- attempt 2 of 2: status 500 instead of 200");
    expect(log).toContain("== diagnostics");
    await sandbox.github.commit(REPOSITORY, {
      branch: "main",
      message: "Mend it",
      files: appFiles({ name: "Shop" }),
    });
  });

  it("shows the failing command's exit code and last lines, and skips what came after", async () => {
    await deploy(sandbox, { environment: "broken" });
    const message = await messageSaying(sandbox, 2, "Échec", { environment: "broken" });

    expect(textOf(message)).toContain("La commande s’est terminée avec le code 7.");
    expect(textOf(message)).toContain("port 8080 is taken");
    expect(textOf(message)).toContain("⏭️ Contrôle de santé");
    expect(textOf(message)).toMatch(/\*\*web-1\*\*\u202f: .*inconnu/);
  });

  it("refuses a host with another key, shows the fingerprint it saw, and runs nothing there", async () => {
    const before = await sandbox.app("elsewhere").checkedOutSha();
    await commit(sandbox);

    await deploy(sandbox, { environment: "elsewhere" });
    const message = await messageSaying(sandbox, 3, "Échec", { environment: "elsewhere" });

    expect(textOf(message)).toContain(sandbox.host.hostKeyFingerprint);
    expect(textOf(message)).toContain("**stranger**\u202f: inchangé");
    expect(await sandbox.app("elsewhere").checkedOutSha()).toBe(before);
  });

  it("says which host cannot be reached", async () => {
    await deploy(sandbox, { environment: "closed" });
    const message = await messageSaying(sandbox, 4, "Échec", { environment: "closed" });

    expect(textOf(message)).toContain("Le serveur nobody est injoignable (connexion refusée).");
  });

  it("never prints a secret", () => {
    const { bot, env, discord } = sandbox;
    const seen = [bot.output(), JSON.stringify(discord.requests)].join("\n");

    for (const name of ["DISCORD_TOKEN", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET"]) {
      expect(seen.includes(env[name] ?? "?")).toBe(false);
    }
  });
});

function shortHealth(config: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(config).replaceAll('"attempts":10', '"attempts":2');
  return JSON.parse(text) as Record<string, unknown>;
}

function attachedLog(sandbox: Sandbox, attachments: readonly { id: string }[]): string {
  return sandbox.discord.attachment(attachments[0]?.id ?? "").toString("utf8");
}
