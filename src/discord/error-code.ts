import { RESTJSONErrorCodes } from "discord-api-types/v10";

/**
 * Whether Discord refused a request with this JSON error code. Asked by the field, not by the class: the REST
 * client exists twice in a process, once inside discord.js.
 */
export function hasErrorCode(error: unknown, code: number): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Discord's codes for a channel in which the bot may not post, or that is not there. */
const REFUSALS = [
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
] as const;

/** @returns Discord's code where the channel takes no message of Slipway */
export function channelRefusal(error: unknown): number | undefined {
  return REFUSALS.find((code) => hasErrorCode(error, code));
}
