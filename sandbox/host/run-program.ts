import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { HostError } from "./host-error.js";

const execFileAsync = promisify(execFile);

/**
 * Runs a program to its end.
 * @returns what it wrote to stdout, without the newline at the end
 * @throws HostError with its stderr when it fails or takes longer than 30 s
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const [program, ...args] = argv;
  try {
    const { stdout } = await execFileAsync(program, args, { env: environment, timeout: 30_000 });
    return stdout.trimEnd();
  } catch (error) {
    const output = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    throw new HostError(`${argv.join(" ")} failed`, output, { cause: error });
  }
}
