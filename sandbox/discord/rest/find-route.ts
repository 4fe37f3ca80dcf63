import type { Route } from "./route.js";

/** A route that fits a request, with what its parameters stand for. */
export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the route for a request.
 *
 * @returns `unknown-path` (404) or `wrong-method` (405) when there is none
 */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): FoundRoute | "unknown-path" | "wrong-method" {
  let isKnownPath = false;
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (!params) continue;
    if (route.method === method) return { route, params };
    isKnownPath = true;
  }
  return isKnownPath ? "wrong-method" : "unknown-path";
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith(":") && value !== "") params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}
