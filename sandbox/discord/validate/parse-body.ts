import type { core } from "zod";
import { FormErrors, type FormPath } from "./form-errors.js";
import { textLength } from "./text-length.js";

type Issue = core.$ZodIssue;

interface BodySchema<T> {
  safeParse(
    body: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

/**
 * Checks a body against one of the schemas generated from Discord's OpenAPI description.
 *
 * @param schema - from `discord-api-spec/zod`
 * @throws DiscordError 50035 with the tree of faults
 */
export function parseBody<T>(schema: BodySchema<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const errors = new FormErrors();
  for (const issue of result.error.issues) report(errors, issue, [], body);
  errors.refuseIfAny();
  // Only lengths in UTF-16 units were exceeded, which Discord does not count.
  return body as T;
}

function report(errors: FormErrors, issue: Issue, parents: FormPath, body: unknown): void {
  const path = [...parents, ...issue.path];
  if (issue.code === "invalid_union") {
    const branch = closestBranch(issue.errors);
    if (branch) for (const inner of branch) report(errors, inner, path, body);
    else errors.add(path, "UNION_TYPE_CHOICES", "Value does not fit any of the allowed types.");
    return;
  }
  const value = valueAt(body, path);
  if (isOnlyLongInUtf16(issue, value)) return;
  const [code, message] = describe(issue, value);
  errors.add(path, code, message);
}

/** The branch that the value was meant for: the one whose `type` matches, else the one with the fewest faults. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const candidates = branches.filter((issues) => !issues.some(isAboutKind));
  return [...candidates].sort((a, b) => a.length - b.length)[0];
}

function isAboutKind(issue: Issue): boolean {
  return issue.path.length === 0 ? issue.code === "invalid_type" : issue.path.join() === "type";
}

function isOnlyLongInUtf16(issue: Issue, value: unknown): boolean {
  if (issue.code !== "too_big" || issue.origin !== "string" || typeof value !== "string") return false;
  return textLength(value) <= Number(issue.maximum);
}

function valueAt(body: unknown, path: FormPath): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function describe(issue: Issue, value: unknown): readonly [string, string] {
  if (value === undefined) return ["BASE_TYPE_REQUIRED", "This field is required"];
  switch (issue.code) {
    case "too_big":
      return issue.origin === "number"
        ? ["NUMBER_TYPE_MAX", `int value should be less than or equal to ${issue.maximum}.`]
        : ["BASE_TYPE_MAX_LENGTH", `Must be ${issue.maximum} or fewer in length.`];
    case "too_small":
      return issue.origin === "number"
        ? ["NUMBER_TYPE_MIN", `int value should be greater than or equal to ${issue.minimum}.`]
        : ["BASE_TYPE_BAD_LENGTH", `Must be ${issue.minimum} or more in length.`];
    case "invalid_value":
      return ["BASE_TYPE_CHOICES", `Value must be one of {${issue.values.join(", ")}}.`];
    case "invalid_format":
      return ["STRING_TYPE_REGEX", `Value is not a valid ${issue.format}.`];
    case "invalid_type":
      return ["BASE_TYPE_BAD_TYPE", `Value is not of type ${issue.expected}.`];
    default:
      return ["BASE_TYPE_INVALID", "Value is not valid."];
  }
}
