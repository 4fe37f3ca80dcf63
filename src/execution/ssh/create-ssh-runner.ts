import type { Logger } from "pino";
import type { ClientChannel } from "ssh2";
import { HostUnreachableError } from "../host-unreachable-error.js";
import { toShellCommand } from "../quote.js";
import type { OutputListener, RemoteRunner } from "../remote-runner.js";
import { HostLink, type HostLinkOptions, type OpenOptions } from "./host-link.js";
import type { SshHost } from "./ssh-host.js";

export interface SshRunnerOptions {
  /** By name: the name is what steps and `jump` refer to. */
  readonly hosts: Readonly<Record<string, SshHost>>;
  readonly logger: Logger;
  /** How long connecting and signing in may take; once more for every jump host on the way. @defaultValue 10 */
  readonly connectSeconds?: number;
  /** How long an unused connection stays open. @defaultValue 300 */
  readonly idleSeconds?: number;
  /**
   * How long a host may take, signed in, until our own shell answers there: as long as its start-up files run. Below 10,
   * so that a host that never answers is known within 10 s. @defaultValue 9
   */
  readonly answerSeconds?: number;
  /** Removes secrets from the host's own words, which errors quote. @defaultValue leaves them as they are */
  readonly redact?: (text: string) => string;
}

export interface SshRunner extends RemoteRunner {
  /**
   * Runs POSIX shell text for a caller who reads and writes the streams itself, has to read both to their end, and gets
   * one of the host's few sessions until the channel has closed. What start-up files print before is not in the streams.
   * @returns `undefined` when the signal is aborted: the text was not sent
   * @throws HostUnreachableError when the text was not sent
   */
  open(host: string, text: string, options?: OpenOptions): Promise<ClientChannel | undefined>;
  /** Closes every connection. Commands under way become `lost`; those that wait fail as unreachable. */
  close(): Promise<void>;
}

/**
 * Runs commands over SSH with one kept-open connection per host. Nothing connects before the first command.
 * @throws TypeError when a jump host is not in `hosts`, or leads back to itself
 */
export function createSshRunner({
  hosts,
  logger,
  connectSeconds = 10,
  idleSeconds = 300,
  answerSeconds = 9,
  redact = (text) => text,
}: SshRunnerOptions): SshRunner {
  const links = linkHosts(hosts, { logger, connectSeconds, idleSeconds, answerSeconds, redact });
  const linkTo = (host: string) => {
    const link = links.get(host);
    if (link) return link;
    throw new HostUnreachableError(host, "dns", { detail: "no host of this name is configured" });
  };
  return {
    async run(host, command, onOutput, signal) {
      const text = toShellCommand(command);
      const { timeoutSeconds } = command;
      return linkTo(host).run({ text, timeoutSeconds, signal, onOutput: guarded(onOutput, logger) });
    },
    async open(host, text, options) {
      return linkTo(host).open(text, options);
    },
    async close() {
      await Promise.all([...links.values()].map((link) => link.close()));
    },
  };
}

function linkHosts(
  hosts: Readonly<Record<string, SshHost>>,
  shared: Omit<HostLinkOptions, "name" | "host" | "jump">,
): ReadonlyMap<string, HostLink> {
  const configured = new Map(Object.entries(hosts));
  const links = new Map<string, HostLink>();
  const link = (name: string, behind: readonly string[]): HostLink => {
    const known = links.get(name);
    if (known) return known;
    const host = configured.get(name);
    if (!host) throw new TypeError(`The jump host "${name}" is not configured`);
    if (behind.includes(name)) throw new TypeError(`The jump host "${name}" leads back to itself`);
    const jump = host.jump === undefined ? undefined : link(host.jump, [...behind, name]);
    const created = new HostLink({ name, host, jump, ...shared });
    links.set(name, created);
    return created;
  };
  for (const name of configured.keys()) link(name, []);
  return links;
}

/** A consumer that fails must not change what becomes of the command. */
function guarded(onOutput: OutputListener, logger: Logger): (text: string) => void {
  return (text) => {
    try {
      void onOutput(text);
    } catch (error) {
      logger.error({ err: error }, "the consumer of a command's output failed");
    }
  };
}
