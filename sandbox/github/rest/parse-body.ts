import type { z } from "zod";
import { ApiProblem, validationFailed } from "../errors.js";

/** GitHub's own limit for the description of a deployment and of its statuses, in characters. */
const maxDescription = 140;

/** Reads a request body. @throws ApiProblem 422 in the words of GitHub */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join("/");
    const missing = issue.code === "invalid_type" && issue.input === undefined;
    return missing ? `"${name}" wasn't supplied.` : `For 'properties/${name}', ${issue.message}.`;
  });
  throw new ApiProblem(422, `Invalid request.\n\n${problems.join("\n")}`);
}

/** @throws ApiProblem 422 when the description is longer than GitHub takes */
export function checkDescription(resource: string, description: string | null | undefined): void {
  if ([...(description ?? "")].length <= maxDescription) return;
  const message = `description is too long (maximum is ${maxDescription} characters)`;
  throw validationFailed({ resource, code: "custom", field: "description", message });
}

/** @throws ApiProblem 422 for a link that GitHub would refuse to show */
export function checkLink(resource: string, field: string, url: string | undefined): void {
  if (url === undefined || url === "" || (URL.canParse(url) && /^https?:/i.test(url))) return;
  throw validationFailed({ resource, code: "custom", field, message: `${field} must use http(s) scheme` });
}
