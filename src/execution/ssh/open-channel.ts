import type { Client, ClientChannel, ExecOptions } from "ssh2";

/** `unconfirmed`: the host may run the command or not. `not-sent`: it was never asked, so that asking again is safe. */
export type OpenResult =
  | { readonly kind: "open"; readonly channel: ClientChannel }
  | { readonly kind: "unconfirmed" }
  | { readonly kind: "not-sent"; readonly cause: unknown };

/**
 * Starts one command on a session channel of its own.
 * @param onSent called once the channel is open and the command goes out
 * @param onResult called at once, because the channel's first events may follow in the same turn
 */
export function openChannel(
  client: Client,
  text: string,
  onSent: () => void,
  onResult: (result: OpenResult) => void,
): void {
  let sent = false;
  // ssh2 reads `env` between the host's consent to the channel and the request to run the command, and its
  // errors do not tell the two apart. No variable is sent this way.
  const options: ExecOptions = {
    get env() {
      if (!sent) onSent();
      sent = true;
      return {};
    },
  };
  try {
    client.exec(text, options, (error, channel) => {
      if (error === undefined) onResult({ kind: "open", channel });
      else onResult(sent ? { kind: "unconfirmed" } : { kind: "not-sent", cause: error });
    });
  } catch (cause) {
    onResult({ kind: "not-sent", cause });
  }
}
