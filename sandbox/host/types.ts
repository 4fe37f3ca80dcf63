/** One target machine of the sandbox: a real sshd under a private directory and apps that it runs. */
export interface HostApp {
  readonly name: string;
  /** The git checkout that is deployed. */
  readonly directory: string;
  /** Where the app answers: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** argv that restarts the app on the host. */
  readonly restart: readonly string[];
  /** File that the app logs to. */
  readonly log: string;
  /** What runs: asks the app over HTTP. */
  runningSha(): Promise<string>;
  /** SHA of the checkout on disk. */
  checkedOutSha(): Promise<string>;
}

export interface TargetHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKeyPath: string;
  /** `SHA256:…` of the Ed25519 host key, as `ssh-keygen -lf` prints it. */
  readonly hostKeyFingerprint: string;
  /** A `known_hosts` file that holds this host's key. */
  readonly knownHostsPath: string;
  readonly directory: string;

  /**
   * Clones `cloneUrl` and starts the app of that checkout.
   * @param options.health what the app of the sandbox is told at start; see `appFiles`
   */
  addApp(name: string, cloneUrl: string): Promise<HostApp>;
  /** Cuts every SSH connection that is open now; new ones are accepted. */
  cutConnections(): Promise<void>;
  /** Stops accepting connections and cuts the open ones, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops sshd and the apps and removes the directory. */
  close(): Promise<void>;
}
