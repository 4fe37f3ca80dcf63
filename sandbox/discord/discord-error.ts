/** One leaf of Discord's `errors` tree. */
export interface FormError {
  readonly code: string;
  readonly message: string;
}

/** Discord's `errors` tree: keys of the body on the way down, `_errors` at a leaf. */
export interface ErrorTree {
  readonly [key: string]: ErrorTree | readonly FormError[];
}

/** A refusal in Discord's form: an HTTP status and a JSON error code. */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: ErrorTree | undefined;

  constructor(status: number, code: number, message: string, errors?: ErrorTree) {
    super(message);
    this.name = "DiscordError";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toJSON(): object {
    const { code, message, errors } = this;
    return errors ? { message, code, errors } : { message, code };
  }
}

/**
 * Refusals by name; statuses and codes from Discord's "Opcodes and Status Codes" page.
 */
export const refusals = {
  notFound: () => new DiscordError(404, 0, "404: Not Found"),
  methodNotAllowed: () => new DiscordError(405, 0, "405: Method Not Allowed"),
  unauthorized: () => new DiscordError(401, 0, "401: Unauthorized"),
  unknownChannel: () => new DiscordError(404, 10003, "Unknown Channel"),
  unknownGuild: () => new DiscordError(404, 10004, "Unknown Guild"),
  unknownMember: () => new DiscordError(404, 10007, "Unknown Member"),
  unknownMessage: () => new DiscordError(404, 10008, "Unknown Message"),
  unknownUser: () => new DiscordError(404, 10013, "Unknown User"),
  unknownWebhook: () => new DiscordError(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new DiscordError(404, 10062, "Unknown interaction"),
  unknownCommand: () => new DiscordError(404, 10063, "Unknown application command"),
  tooManyFiles: () => new DiscordError(400, 30015, "Maximum number of attachments in a message reached (10)"),
  entityTooLarge: () => new DiscordError(413, 40005, "Request entity too large"),
  alreadyAcknowledged: () => new DiscordError(400, 40060, "Interaction has already been acknowledged."),
  missingAccess: () => new DiscordError(403, 50001, "Missing Access"),
  notTheAuthor: () => new DiscordError(403, 50005, "Cannot edit a message authored by another user"),
  missingPermissions: () => new DiscordError(403, 50013, "Missing Permissions"),
  emptyMessage: () => new DiscordError(400, 50006, "Cannot send an empty message"),
  invalidWebhookToken: () => new DiscordError(401, 50027, "Invalid Webhook Token"),
  invalidJson: () => new DiscordError(400, 50109, "The request body contains invalid JSON."),
} as const;
