import type { Route } from "./call.js";

/** The parameters that GitHub's description marks with `x-multi-segment`: their value may hold slashes. */
const multiSegment = new Set(["ref", "branch", "basehead"]);

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** @returns the first route that matches the method and the path, which must still be percent-encoded */
export type Router = (method: string, rawPath: string) => Match | undefined;

export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes.map((route) => ({ route, pattern: compile(route.path) }));
  return (method, rawPath) => {
    for (const { route, pattern } of compiled) {
      const found = route.method === method ? pattern.exec(rawPath) : null;
      if (found) return { route, params: decodeAll(found.groups ?? {}) };
    }
    return undefined;
  };
}

/** An encoded slash is part of a value, so the pattern sees the path before it is decoded. */
function compile(path: string): RegExp {
  const source = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    return multiSegment.has(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
  });
  return new RegExp(`^${source}$`);
}

function decodeAll(groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}

/** For logs and fault rules, which must take any path that comes. */
export function decodedOrRaw(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}
