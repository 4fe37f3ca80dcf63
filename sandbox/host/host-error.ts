/** A part of the target host, or the Redis beside it, that could not be started or asked. */
export class HostError extends Error {
  override readonly name = "HostError";
  /** What the program concerned printed last, for the person who reads the failure. */
  readonly output: string;

  constructor(message: string, output = "", options?: ErrorOptions) {
    super(output === "" ? message : `${message}\n${output.trimEnd()}`, options);
    this.output = output;
  }
}
