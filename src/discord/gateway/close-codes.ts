import { GatewayCloseCodes } from "discord-api-types/v10";
import { REFUSED_TOKEN } from "../refused-token.js";

/**
 * What a person has to do where Discord closed the gateway for good; undefined for every code after which a new
 * connection can help. Codes: Discord's documentation of the gateway, "Gateway Close Event Codes".
 */
export function whatAPersonMustDo(code: number): string | undefined {
  return ADVICE.get(code);
}

const NEWER_VERSION = "Discord refuses how this version connects: install a newer version of Slipway";

const ADVICE: ReadonlyMap<number, string> = new Map([
  [GatewayCloseCodes.AuthenticationFailed, REFUSED_TOKEN],
  [GatewayCloseCodes.InvalidShard, NEWER_VERSION],
  [
    GatewayCloseCodes.ShardingRequired,
    "the bot is in too many servers for one connection: use a bot of your own for Slipway",
  ],
  [GatewayCloseCodes.InvalidAPIVersion, NEWER_VERSION],
  [GatewayCloseCodes.InvalidIntents, NEWER_VERSION],
  [
    GatewayCloseCodes.DisallowedIntents,
    "Discord does not allow what the bot asks for: look at the page Bot of the application in the developer portal",
  ],
]);
