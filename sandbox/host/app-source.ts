/** The demo app: Node and nothing else, so that a clone of the repository runs as it is. */
export const appSource = `import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const settings = JSON.parse(readFileSync(new URL("app.json", import.meta.url), "utf8"));
// Fixed at start: a checkout that moves without a restart must not look deployed.
const sha = execFileSync("git", ["rev-parse", "HEAD"], { cwd: import.meta.dirname, encoding: "utf8" }).trim();
const port = Number(process.env.PORT);

console.log(\`\${settings.name} \${sha.slice(0, 7)} starts (process \${process.pid})\`);
if (settings.health === "crashing") throw new Error("cannot start: the setting DATABASE_URL is missing");

const json = (response, status, body) => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body) + "\\n");
};

const healthAnswers = {
  ok: (response) => json(response, 200, { status: "ok", app: settings.name, sha, text: settings.text }),
  "error-status": (response) => json(response, 500, { status: "error", app: settings.name, sha }),
  "missing-text": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Maintenance</h1>\\n"),
  hanging: () => undefined,
};

const escapeHtml = (text) => text.replace(/[&<>"]/g, (character) => \`&#\${character.charCodeAt(0)};\`);
const page = \`<!doctype html><meta charset="utf-8"><title>\${escapeHtml(settings.name)}</title>
<h1>\${escapeHtml(settings.text)}</h1><p>Release <code>\${sha}</code></p>
\`;

const routes = {
  "/": (response) => response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page),
  "/health": healthAnswers[settings.health] ?? healthAnswers["error-status"],
  "/version": (response) => response.writeHead(200, { "content-type": "text/plain" }).end(sha),
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname !== "/version") console.log(\`\${request.method} \${pathname}\`);
  response.setHeader("connection", "close");
  const route = Object.hasOwn(routes, pathname) ? routes[pathname] : (missing) => json(missing, 404, { status: "not found" });
  route(response);
});

const listen = () => server.listen(port, "127.0.0.1", () => console.log(\`listens on port \${port}\`));
// The process before this one may hold the port for a moment longer.
server.on("error", (error) => {
  if (error.code !== "EADDRINUSE") throw error;
  setTimeout(listen, 50);
});
setTimeout(listen, settings.startDelayMs);

process.on("SIGTERM", () => {
  console.log("stops");
  process.exit(0);
});

// Started by a sandbox: do not outlive it, even where it was killed.
const owner = Number(process.env.SLIPWAY_SANDBOX_OWNER);
if (owner > 0) {
  setInterval(() => {
    try {
      process.kill(owner, 0);
    } catch {
      process.exit(0);
    }
  }, 1000);
}
`;

export function appReadme(name: string): string {
  return `# ${name}

A small app that Slipway deploys. \`PORT=3000 node app.mjs\` starts it.

- \`/\` is its page, \`/health\` its health check, \`/version\` the SHA that runs.
- \`app.json\` says how it behaves; set \`health\` to \`error-status\`, \`missing-text\`, \`hanging\` or \`crashing\` and deploy
  that commit to see what a failed deployment looks like.
`;
}
