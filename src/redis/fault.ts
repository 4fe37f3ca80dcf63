/** Why this Redis cannot be used as it is. */
export type RedisFaultCode =
  | "password-missing"
  | "password-wrong"
  | "password-unexpected"
  | "no-permission"
  | "no-database"
  | "sentinel"
  | "cluster"
  | "replica"
  | "protected"
  | "loading";

/** A Redis that answers, but not as Slipway needs it. The message says what to do; it holds no password. */
export class RedisFaultError extends Error {
  readonly code: RedisFaultCode;

  constructor(code: RedisFaultCode, detail = "") {
    super(`${SENTENCES[code]}${detail === "" ? "" : ` Redis says: ${detail}`}`);
    this.name = "RedisFaultError";
    this.code = code;
  }
}

const SENTENCES: Readonly<Record<RedisFaultCode, string>> = {
  "password-missing":
    "Redis needs a password and REDIS_URL has none: write redis://:PASSWORD@host:6379, or redis://USER:PASSWORD@host:6379.",
  "password-wrong":
    "Redis refuses the user or the password of REDIS_URL. Check both; percent-encode special characters (% is %25, @ is %40, / is %2F).",
  "password-unexpected": "REDIS_URL has a password, but this Redis has none set. Remove it from REDIS_URL.",
  "no-permission":
    "The Redis user of REDIS_URL lacks rights. Slipway needs all commands on the keys slipway:* and bull:*, such as `ACL SETUSER slipway on >PASSWORD ~slipway:* ~bull:* &* +@all -@dangerous +info`.",
  "no-database":
    "Redis does not have the database number at the end of REDIS_URL. Use /0, or raise `databases` in redis.conf.",
  sentinel:
    "REDIS_URL leads to a Sentinel, which holds no data. Use the address of the master itself, or a DNS name or proxy that follows it.",
  cluster:
    "REDIS_URL leads to a node of a Redis Cluster, which Slipway does not support. Use a single Redis, with a replica if needed.",
  replica:
    "REDIS_URL leads to a replica, which takes no writes. Slipway connects again until the address leads to the master.",
  protected: "Redis runs in protected mode and refuses this host. Set a password or `bind` in redis.conf.",
  loading: "Redis is loading its data. Slipway waits until it has finished.",
};

/** Passing states: Redis may leave them by itself. */
const PASSING: ReadonlySet<RedisFaultCode> = new Set(["replica", "loading"]);

/** Waiting does not help: a person has to change something. */
export function isLasting(error: unknown): error is RedisFaultError {
  return error instanceof RedisFaultError && !PASSING.has(error.code);
}

/** Says in words what an answer of Redis means for the set-up; undefined for every other error. */
export function faultOf(error: unknown): RedisFaultError | undefined {
  if (error instanceof RedisFaultError) return error;
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  const found = ANSWERS.find(([pattern]) => pattern.test(message));
  return found && new RedisFaultError(found[1], found[1] === "no-permission" ? message : "");
}

const ANSWERS: readonly (readonly [RegExp, RedisFaultCode])[] = [
  [/^NOAUTH\b/, "password-missing"],
  [/^WRONGPASS\b|^ERR invalid password/, "password-wrong"],
  [/no password is set|without any password configured/, "password-unexpected"],
  [/^NOPERM\b/, "no-permission"],
  [/^ERR (invalid DB index|DB index is out of range)/, "no-database"],
  [/^DENIED\b/, "protected"],
  [/^LOADING\b/, "loading"],
  [/^(READONLY|MASTERDOWN)\b/, "replica"],
  [/^ERR SELECT is not allowed in cluster mode|^(MOVED|CLUSTERDOWN|CROSSSLOT)\b/, "cluster"],
];

/** What the fields of INFO say against a server; undefined for one that can be used. */
export function faultOfServer(info: Readonly<Record<string, string>>): RedisFaultError | undefined {
  const mode = info["redis_mode"] ?? info["server_mode"];
  if (mode === "sentinel") return new RedisFaultError("sentinel");
  if (mode === "cluster" || info["cluster_enabled"] === "1") return new RedisFaultError("cluster");
  const role = info["role"];
  if (role === "slave" || role === "replica") return new RedisFaultError("replica");
  return undefined;
}
