import { appReadme, appSource } from "./app-source.js";

/**
 * How an app answers its health check:
 * `ok` 200 with name and SHA; `error-status` 500; `missing-text` 200 with a page that holds neither;
 * `hanging` never; `crashing` ends at start, before it listens.
 */
type AppHealth = "ok" | "error-status" | "missing-text" | "hanging" | "crashing";

export interface AppOptions {
  readonly name: string;
  /** `false` is short for `health: "error-status"`. @defaultValue true */
  readonly healthy?: boolean;
  /** @defaultValue `ok`, or what `healthy` says */
  readonly health?: AppHealth;
  /** Shown on the page and in the answer to the health check. @defaultValue a greeting with the name */
  readonly text?: string;
  /** Milliseconds between its start and its first answer. @defaultValue 0 */
  readonly startDelayMs?: number;
}

/**
 * The files of the demo repository. `app.mjs` reads `app.json` when it starts, so a commit that changes only
 * `app.json` changes how the app behaves after the next restart.
 * @returns path inside the repository → content
 */
export function appFiles(app: AppOptions): Record<string, string> {
  return { "README.md": appReadme(app.name), "app.json": appSettings(app), "app.mjs": appSource };
}

function appSettings(app: AppOptions): string {
  const settings = {
    name: app.name,
    text: app.text ?? `Hello from ${app.name}`,
    health: app.health ?? (app.healthy === false ? "error-status" : "ok"),
    startDelayMs: app.startDelayMs ?? 0,
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}
