/** The repositories of the stand-in were asked for something that they do not have or that git forbids. */
export class SetupRefused extends Error {
  readonly code: "bad-name" | "exists" | "unknown-branch" | "unknown-commit" | "unknown-repository";
  readonly subject: string;

  constructor(code: SetupRefused["code"], subject: string) {
    super(`${code}: ${JSON.stringify(subject)}`);
    this.name = "SetupRefused";
    this.code = code;
    this.subject = subject;
  }
}

/** A git process ended with another code than 0. */
export class GitFailed extends Error {
  readonly args: readonly string[];
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args.join(" ")} ended with ${exitCode}: ${stderr.trim()}`);
    this.name = "GitFailed";
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** A webhook delivery got no answer. */
export class DeliveryFailed extends Error {
  readonly deliveryId: string;
  readonly url: string;
  readonly reason: "closed" | "connection" | "timeout";

  constructor(deliveryId: string, url: string, reason: DeliveryFailed["reason"], cause: unknown) {
    super(`Delivery ${deliveryId} to ${url} failed: ${reason}`, { cause });
    this.name = "DeliveryFailed";
    this.deliveryId = deliveryId;
    this.url = url;
    this.reason = reason;
  }
}

export interface FieldProblem {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
  readonly contexts?: readonly unknown[];
}

/** An answer of the REST API other than success; the server turns it into GitHub's error body. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly fields: readonly FieldProblem[];

  constructor(status: number, message: string, fields: readonly FieldProblem[] = []) {
    super(message);
    this.name = "ApiProblem";
    this.status = status;
    this.fields = fields;
  }
}

export const notFound = (message = "Not Found"): ApiProblem => new ApiProblem(404, message);

export const validationFailed = (...fields: readonly FieldProblem[]): ApiProblem =>
  new ApiProblem(422, "Validation Failed", fields);
