import type { Route } from "../call.js";
import { accountRoutes } from "./account-routes.js";
import { checkRoutes } from "./check-routes.js";
import { commitRoutes } from "./commit-routes.js";
import { deploymentRoutes } from "./deployment-routes.js";
import { gitRoutes } from "./git-routes.js";
import { repositoryRoutes } from "./repository-routes.js";

/** In the order in which they are tried: `/commits/{ref}/status` before `/commits/{ref}`, whose ref may hold slashes. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...repositoryRoutes,
  ...gitRoutes,
  ...checkRoutes,
  ...commitRoutes,
  ...deploymentRoutes,
];
