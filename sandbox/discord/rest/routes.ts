import type { World } from "../world.js";
import { channelRoutes } from "./channel-routes.js";
import { commandRoutes } from "./command-routes.js";
import { guildRoutes } from "./guild-routes.js";
import { identityRoutes } from "./identity-routes.js";
import { interactionRoutes } from "./interaction-routes.js";
import type { Route } from "./route.js";

/** Every REST route that the stand-in knows; fixed segments come before parameters. */
export function allRoutes(world: World): readonly Route[] {
  return [
    ...identityRoutes(world),
    ...guildRoutes(world),
    ...commandRoutes(world),
    ...channelRoutes(world),
    ...interactionRoutes(world),
  ];
}
