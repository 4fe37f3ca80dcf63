import { type LevelWithSilent, type Logger, pino } from "pino";

/** Fields that may hold a secret whatever the value. */
const SECRET_FIELDS = ["token", "secret", "password", "authorization", "privateKey", "passphrase"];

export interface LoggerOptions {
  readonly level: LevelWithSilent;
  /** Takes known secrets out of a finished line. */
  readonly redact: (line: string) => string;
  /** @defaultValue standard output */
  readonly write?: (line: string) => void;
}

/** Structured logs, one JSON object a line. Secrets are taken out twice: by field name and by value. */
export function createLogger({ level, redact, write = writeToStdout }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
    },
    { write: (line: string) => write(redact(line)) },
  );
}

/**
 * What a line says of an error. Fields are chosen, not copied: HTTP libraries hang whole requests with their
 * headers, bodies and tokens on their errors.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, status, cause } = error as { code?: unknown; status?: unknown; cause?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(isPlain(code) && { code }),
    ...(isPlain(status) && { status }),
    stack: error.stack,
    ...(cause instanceof Error && { cause: describeError(cause) }),
  };
}

function isPlain(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

/** Has an error that nobody expected end the process with a line like every other, not with a stack trace. */
export function logLastWords(logger: Logger): void {
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "Slipway ends: an error that nobody expected");
    process.exit(1);
  });
}
