import { StartFaultError } from "./start-fault-error.js";

/** What to change where the HTTP server cannot listen; an error that is not understood comes back as it is. */
export function httpAddressFault(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return new StartFaultError(
        `Port ${port} of ${host} is taken by another program. Stop that program, or set HTTP_PORT to a free port.`,
      );
    case "EACCES":
    case "EPERM":
      return new StartFaultError(
        `This user may not listen on port ${port}. Set HTTP_PORT to 1024 or more, and put a reverse proxy before it.`,
      );
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "EAI_AGAIN":
    case "EINVAL":
    case "ENOTFOUND":
      return new StartFaultError(
        `HTTP_HOST is ${host}, which is no address of this machine. Set it to 127.0.0.1, or to 0.0.0.0 for all addresses.`,
      );
    default:
      return error;
  }
}
