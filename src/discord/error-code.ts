/**
 * Whether Discord refused a request with this JSON error code. Asked by the field, not by the class: the REST
 * client exists twice in a process, once inside discord.js.
 */
export function hasErrorCode(error: unknown, code: number): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
