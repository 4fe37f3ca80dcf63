import { checkVariableName, quote, toShellCommand } from "../quote.js";
import type { RemoteCommand } from "../remote-runner.js";

/**
 * The shell text of a durable step. Its environment is set by the shell itself, because it would be visible in the
 * arguments of a program.
 * @throws TypeError on a command that cannot be expressed safely
 */
export function commandText(command: RemoteCommand): string {
  const { environment = {}, secretEnvironment = {}, ...rest } = command;
  const secrets = Object.entries(secretEnvironment).map(([name, secret]) => [name, secret.reveal()] as const);
  const variables = new Map([...Object.entries(environment), ...secrets]);
  const exports = [...variables].map(([name, value]) => {
    checkVariableName(name);
    return `${name}=${quote([value])}; export ${name}`;
  });
  return [...exports, toShellCommand(rest)].join("\n");
}
