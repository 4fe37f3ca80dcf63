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
  /**
   * What runs: asks the app over HTTP. An unhealthy app answers too; one that does not run rejects.
   * @throws TypeError from `fetch` while nothing listens
   */
  runningSha(): Promise<string>;
  /** SHA of the checkout on disk. */
  checkedOutSha(): Promise<string>;
  isRunning(): boolean;
  /** Ends the app, as a crash would: nothing starts it again by itself. */
  stop(): Promise<void>;
  /** Starts it, or starts it anew where it runs. It may take a moment to answer, and a broken one never does. */
  start(): Promise<void>;
}

export interface TargetHost {
  readonly name: string;
  readonly address: string;
  /** Stays the same over `stop` and `start`. */
  readonly port: number;
  readonly user: string;
  readonly privateKeyPath: string;
  /** `SHA256:…` of the Ed25519 host key, as `ssh-keygen -lf` prints it. */
  readonly hostKeyFingerprint: string;
  /** A `known_hosts` file that holds this host's key. */
  readonly knownHostsPath: string;
  readonly directory: string;
  /** `$HOME` of every session on the host: private, empty at first. */
  readonly home: string;
  /** argv of the OpenSSH client up to and including the address; a command may follow. */
  readonly sshArguments: readonly string[];

  /**
   * Clones `cloneUrl`, starts the app of that checkout with the host's restart command and waits until it answers.
   * What the app does is read from the checkout: see `appFiles`.
   * @param name letters, digits and dashes
   * @throws HostError when the clone fails or the app does not answer within 10 s
   */
  addApp(name: string, cloneUrl: string): Promise<HostApp>;
  /** How many SSH connections are open now, whether signed in or not. */
  openConnections(): number;
  /** What sshd wrote since the first start, for error messages and for tests that count logins. */
  sshdLog(): string;
  /** Cuts every SSH connection that is open now; new ones are accepted. Remote commands live on, as they do on a real host. */
  cutConnections(): Promise<void>;
  /** Stops accepting connections and cuts the open ones, until `start`. Apps keep running. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops sshd, the apps and whatever else was started over SSH, and removes the directory. */
  close(): Promise<void>;
}
