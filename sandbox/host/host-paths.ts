import { mkdir } from "node:fs/promises";
import path from "node:path";

/** Where things lie on a target host; every path is absolute. */
export interface HostPaths {
  readonly root: string;
  readonly hostKey: string;
  readonly clientKey: string;
  readonly authorizedKeys: string;
  readonly knownHosts: string;
  readonly sshdConfig: string;
  readonly home: string;
  readonly restart: string;
  checkout(app: string): string;
  port(app: string): string;
  pid(app: string): string;
  log(app: string): string;
}

export async function makeHostPaths(root: string): Promise<HostPaths> {
  const at = (...parts: string[]) => path.join(root, ...parts);
  await Promise.all(["ssh", "home", "bin", "srv", "run", "log"].map((folder) => mkdir(at(folder))));
  return {
    root,
    hostKey: at("ssh", "host_key"),
    clientKey: at("ssh", "client_key"),
    authorizedKeys: at("ssh", "authorized_keys"),
    knownHosts: at("ssh", "known_hosts"),
    sshdConfig: at("ssh", "sshd_config"),
    home: at("home"),
    restart: at("bin", "restart"),
    checkout: (app) => at("srv", app),
    pid: (app) => at("run", `${app}.pid`),
    port: (app) => at("run", `${app}.port`),
    log: (app) => at("log", `${app}.log`),
  };
}
