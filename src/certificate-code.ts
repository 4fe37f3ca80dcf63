/** How OpenSSL (X509_verify_cert_error_string) and Node name what is wrong with a certificate. */
const CERTIFICATE_ERROR =
  /^(?:CERT_|CRL_|ERROR_IN_CERT_|ERROR_IN_CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/;

/** The code of an error that says that a server's certificate is not accepted; undefined for every other error. */
export function certificateCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return CERTIFICATE_ERROR.test(error.code) ? error.code : undefined;
}
