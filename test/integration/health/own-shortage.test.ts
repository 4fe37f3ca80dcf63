import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";

/** Room for what Node needs at the start, which reads many modules at once. */
const DESCRIPTORS = 512;

async function program(): Promise<string> {
  const entry = join(import.meta.dirname, "probe-without-descriptors.ts");
  const { outputFiles } = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, minify: true },
    ...{ platform: "node", format: "esm", packages: "external" },
  });
  return outputFiles[0]?.text ?? "";
}

it("a probe for which Slipway has no descriptor left finds nothing out, whatever its kind", async () => {
  const node = [process.execPath, "--input-type=module", "--eval", await program(), `${await claimPort()}`];
  const limited = `ulimit -n ${DESCRIPTORS}; exec "$@"`;
  const { stdout } = await promisify(execFile)("sh", ["-c", limited, "sh", ...node]);

  expect(JSON.parse(stdout)).toEqual({ taken: "EMFILE", codes: ["EMFILE", "EMFILE", "EMFILE"] });
});
