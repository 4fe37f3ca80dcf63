import { appFiles } from "../host/app-files.js";
import { REPOSITORY, type Sandbox } from "../start-sandbox.js";
import type { WebActions } from "../web/web-actions.js";

/** What the sandbox page can do beside Discord: push commits and open the applications. */
export function createPageActions(sandbox: Sandbox): WebActions {
  return {
    repositories: () => [{ fullName: REPOSITORY, branches: ["main"] }],
    applications: () =>
      Object.entries(sandbox.apps).map(([label, app]) => ({ label, url: app.url, running: app.isRunning() })),
    async switchApplication({ label, running }) {
      const app = sandbox.app(label);
      await (running ? app.start() : app.stop());
    },
    async pushCommit({ repository, branch, message, healthy }) {
      const files = {
        ...appFiles({ name: "Shop", healthy, text: message }),
        "CHANGES.md": `${message}\n\n${new Date().toISOString()}\n`,
      };
      const pushed = await sandbox.github.commitAndPush(sandbox.webhookUrl, repository, {
        branch,
        message,
        files,
      });
      const conclusion = healthy ? "success" : "failure";
      sandbox.github.setChecks(repository, pushed.sha, { runs: [{ name: "tests", conclusion }] });
      return pushed;
    },
  };
}
