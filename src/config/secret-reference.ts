import { z } from "zod";

/** Says where a secret comes from; the secret itself never stands in the file. */
export const SecretReference = z.union(
  [
    z.strictObject({ file: z.string().min(1).describe("A path; relative to the configuration file.") }),
    z.strictObject({
      variable: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]*$/, "use the name of an environment variable, such as SHOP_SSH_KEY")
        .describe("The name of an environment variable; NAME_FILE beside it may name a file instead."),
    }),
  ],
  "write either `file: path/to/file` or `variable: NAME`",
);
export type SecretReference = z.output<typeof SecretReference>;

/** The same for references that name the same place. */
export function secretId(reference: SecretReference): string {
  return "file" in reference ? `file:${reference.file}` : `variable:${reference.variable}`;
}
