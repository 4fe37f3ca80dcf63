/** A host has seen a newer token than this plan's: another worker has taken over, and this one has no say any more. */
export class FencedError extends Error {
  override readonly name = "FencedError";
  readonly host: string;
  /** The newer one. */
  readonly token: number;

  constructor(host: string, token: number) {
    super(`Host "${host}" has seen the newer token ${token}`);
    this.host = host;
    this.token = token;
  }
}
