import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usualPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
] as const;

/** Nothing that talks to the network by itself, and nothing that needs a GPU or a large /dev/shm. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
] as const;

export class BrowserNotFound extends Error {
  readonly tried: readonly string[];

  constructor(tried: readonly string[]) {
    super(`no chromium at ${tried.join(", ")}: run "apt-get install chromium" or set CHROMIUM_PATH`);
    this.name = "BrowserNotFound";
    this.tried = tried;
  }
}

/**
 * Starts a headless chromium with a fresh profile, which is removed when the browser is closed.
 * @throws BrowserNotFound when neither `CHROMIUM_PATH` nor a usual place has one
 */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser(), headless: true, args: [...flags] });
}

function findBrowser(): string {
  const wished = process.env["CHROMIUM_PATH"];
  const candidates = wished ? [wished] : usualPaths;
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) throw new BrowserNotFound(candidates);
  return found;
}
