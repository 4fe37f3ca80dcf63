import { RESTJSONErrorCodes } from "discord-api-types/v10";
import { hasErrorCode } from "./error-code.js";

const PAYLOAD_TOO_LARGE = 413;

/**
 * Sends something with files. Where Discord does not take them (the permission *Attach Files* is missing, or they are
 * too large for the server), sends it once more without them: what it says matters more.
 *
 * @param send gets the files that go along, and whether there are others that were refused
 * @throws what the last attempt threw
 */
export async function sendFiles<File, T>(
  files: readonly File[],
  send: (files: File[], refused: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await send([...files], false);
  } catch (error) {
    if (files.length === 0 || !mayBeForTheFiles(error)) throw error;
    return send([], true);
  }
}

function mayBeForTheFiles(error: unknown): boolean {
  if (error instanceof Error && "status" in error && error.status === PAYLOAD_TOO_LARGE) return true;
  return (
    hasErrorCode(error, RESTJSONErrorCodes.RequestEntityTooLarge) ||
    hasErrorCode(error, RESTJSONErrorCodes.MissingPermissions)
  );
}
