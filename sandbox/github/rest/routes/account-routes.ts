import { tokenOwner } from "../../accounts.js";
import { ownUserBody } from "../bodies/user-bodies.js";
import { ok, type Route } from "../call.js";

export const accountRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/user",
    query: [],
    handle: async ({ state }) => ok(ownUserBody(state, tokenOwner)),
  },
  {
    method: "GET",
    path: "/rate_limit",
    query: [],
    async handle({ state }) {
      const core = state.rateLimit.state();
      const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
      return ok({ resources: { core, search }, rate: core });
    },
  },
];
