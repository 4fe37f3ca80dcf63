import type { Client, ExecOptions } from "ssh2";
import { type OpenResult, ShellOpening, type ShellRequest } from "./shell-opening.js";

/** What opening a shell needs of a connection. */
export interface ShellLink {
  readonly client: Client;
  /** Settles when the connection has ended. */
  readonly closed: Promise<void>;
}

/**
 * Starts our own shell on a session channel, waits until it answers, and sends it a script.
 * @param onAccepted called once the host has opened the channel
 * @param onResult called at once, because the channel's next events may follow in the same turn
 */
export function openShell(
  { client, closed }: ShellLink,
  request: ShellRequest,
  onAccepted: () => void,
  onResult: (result: OpenResult) => void,
): void {
  const opening = new ShellOpening(request, closed, onResult);
  let accepted = false;
  // ssh2 reads `env` between the host's consent to the channel and the request to run the command, and its
  // errors do not tell the two apart. No variable is sent this way.
  const options: ExecOptions = {
    get env() {
      if (!accepted) onAccepted();
      accepted = true;
      return {};
    },
  };
  try {
    client.exec(opening.greeting, options, (error, channel) => {
      if (error === undefined) opening.follow(channel);
      else if (accepted) opening.endedByHost();
      else opening.finish({ kind: "not-sent", cause: error });
    });
  } catch (cause) {
    opening.finish({ kind: "not-sent", cause });
  }
}
