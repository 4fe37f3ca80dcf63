import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export interface KeyPair {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

/** A certificate authority of its own, made by openssl. */
export interface Authority {
  /** PEM. */
  readonly cert: string;
  /** @param days from now on; negative: it ended so long ago */
  issue(days: number, name?: string): Promise<KeyPair>;
  close(): Promise<void>;
}

export async function makeAuthority(): Promise<Authority> {
  const directory = await mkdtemp(join(tmpdir(), "slipway-certificates-"));
  const openssl = (...words: readonly string[]) =>
    promisify(execFile)("openssl", [...words], { cwd: directory });
  const read = (file: string) => readFile(join(directory, file), "utf8");
  await openssl(
    "req",
    "-x509",
    ...EC,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "365",
    "-subj",
    "/CN=Test",
  );
  let issued = 0;
  return {
    cert: await read("ca.pem"),
    async issue(days, name = "IP:127.0.0.1") {
      const id = String(++issued);
      const [key, request, cert] = [`${id}.key`, `${id}.csr`, `${id}.pem`];
      const names = ["-subj", `/CN=${id}`, "-addext", `subjectAltName=${name}`];
      await openssl("req", ...EC, "-keyout", key, "-out", request, ...names);
      const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", id];
      const dates = ["-days", String(days), "-copy_extensions", "copy"];
      await openssl("x509", "-req", "-in", request, "-out", cert, ...signer, ...dates);
      return { key: await read(key), cert: await read(cert) };
    },
    close: () => rm(directory, { recursive: true }),
  };
}
