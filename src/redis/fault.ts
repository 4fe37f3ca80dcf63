import { certificateCode } from "../certificate-code.js";
import { StartFaultError } from "../start-fault-error.js";

/** Why this Redis cannot be used as it is. */
export type RedisFaultCode =
  | "password-missing"
  | "password-wrong"
  | "no-permission"
  | "no-command"
  | "too-old"
  | "no-database"
  | "no-databases"
  | "sentinel"
  | "cluster"
  | "replica"
  | "protected"
  | "loading"
  | "tls-needed"
  | "tls-unexpected"
  | "certificate"
  | "client-certificate"
  | "not-redis"
  | "no-answer";

/** A Redis that answers, but not as Slipway needs it. The message says what to do; it holds no password. */
export class RedisFaultError extends StartFaultError {
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
  "no-permission":
    "The Redis user of REDIS_URL lacks rights. Slipway needs all commands on the keys slipway:* and bull:*, such as `ACL SETUSER slipway on >PASSWORD ~slipway:* ~bull:* &* +@all -@dangerous +info`.",
  "no-command":
    "Redis does not know every command that Slipway needs. Remove `rename-command` for them from redis.conf, or use Redis 6.2 or newer.",
  "too-old": "This Redis is too old: Slipway needs Redis 6.2 or newer, or Valkey.",
  "no-database":
    "Redis does not have the database number at the end of REDIS_URL. Use /0, or raise `databases` in redis.conf.",
  "no-databases":
    "The server of REDIS_URL knows no databases. Remove the number at the end of REDIS_URL; if it is a Sentinel, use the address of the master itself.",
  sentinel:
    "REDIS_URL leads to a Sentinel, which holds no data. Use the address of the master itself, or a DNS name or proxy that follows it.",
  cluster:
    "REDIS_URL leads to a node of a Redis Cluster, which Slipway does not support. Use a single Redis, with a replica if needed.",
  replica:
    "REDIS_URL leads to a replica, which takes no writes. Slipway connects again until the address leads to the master.",
  protected: "Redis runs in protected mode and refuses this host. Set a password or `bind` in redis.conf.",
  loading: "Redis is loading its data. Slipway waits until it has finished.",
  "tls-needed":
    "The server of REDIS_URL speaks TLS on this port: write rediss:// in place of redis://, or use its port without TLS.",
  "tls-unexpected":
    "REDIS_URL says rediss:// (TLS), but the server does not speak TLS on this port: write redis://, or use its TLS port.",
  certificate:
    "The TLS certificate of the server of REDIS_URL is not accepted. Use a name that the certificate has, renew it, or name the file of its authority in NODE_EXTRA_CA_CERTS.",
  "client-certificate":
    "The server of REDIS_URL asks for a client certificate, which Slipway does not have. Set `tls-auth-clients no` in redis.conf, and use a password.",
  "not-redis":
    "What answers at REDIS_URL is not Redis. Check the host and the port; Redis usually listens on 6379.",
  "no-answer":
    "The server of REDIS_URL closes the connection without an answer. Check that the port is the one of Redis, and that its proxy or firewall lets this host in. Slipway tries again.",
};

/** ioredis would go on with database 0, where Slipway has kept nothing. */
export function isWrongDatabase(error: unknown): boolean {
  return error instanceof RedisFaultError && (error.code === "no-database" || error.code === "no-databases");
}

/** Passing states: Redis may leave them by itself. */
const PASSING: ReadonlySet<RedisFaultCode> = new Set(["replica", "loading", "no-answer"]);

/** Waiting does not help: a person has to change something. */
export function isLasting(error: unknown): error is RedisFaultError {
  return error instanceof RedisFaultError && !PASSING.has(error.code);
}

/** Says in words what an answer of Redis means for the set-up; undefined for every other error. */
export function faultOf(error: unknown): RedisFaultError | undefined {
  if (error instanceof RedisFaultError) return error;
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  const certificate = certificateCode(error);
  if (certificate !== undefined) return new RedisFaultError("certificate", certificate);
  const found = ANSWERS.find(([pattern]) => pattern.test(message));
  return found && new RedisFaultError(found[1], QUOTED.has(found[1]) ? message : "");
}

/** Where the answer tells more than the sentence: which command. */
const QUOTED: ReadonlySet<RedisFaultCode> = new Set(["no-permission", "no-command"]);

const ANSWERS: readonly (readonly [RegExp, RedisFaultCode])[] = [
  [/^NOAUTH\b/, "password-missing"],
  [/^WRONGPASS\b|^ERR invalid password/, "password-wrong"],
  [/^NOPERM\b/, "no-permission"],
  [/^ERR unknown command .?select\b/i, "no-databases"],
  [/^ERR unknown (redis )?command\b/i, "no-command"],
  [/^ERR (invalid DB index|DB index is out of range)/, "no-database"],
  [/^DENIED\b/, "protected"],
  [/^LOADING\b/, "loading"],
  [/^(READONLY|MASTERDOWN)\b/, "replica"],
  [/^ERR SELECT is not allowed in cluster mode|^(MOVED|ASK|CLUSTERDOWN|CROSSSLOT)\b/, "cluster"],
  // What ioredis says of a first byte that no answer of Redis has; 21 begins an alert of TLS.
  [/^Unknown RESP type 21\b/, "tls-needed"],
  [/^Unknown RESP type\b/, "not-redis"],
  [/wrong version number|packet length too long|http request|unknown protocol/i, "tls-unexpected"],
  [/alert certificate required|alert handshake failure/i, "client-certificate"],
];

/** What the fields of INFO say against a server; undefined for one that can be used. */
export function faultOfServer(info: Readonly<Record<string, string>>): RedisFaultError | undefined {
  const mode = info["redis_mode"] ?? info["server_mode"];
  if (mode === "sentinel") return new RedisFaultError("sentinel");
  if (mode === "cluster" || info["cluster_enabled"] === "1") return new RedisFaultError("cluster");
  const role = info["role"];
  if (role === "slave" || role === "replica") return new RedisFaultError("replica");
  const version = info["redis_version"];
  return version !== undefined && isTooOld(version)
    ? new RedisFaultError("too-old", `version ${version}`)
    : undefined;
}

/** ZRANGE BYSCORE and XRANGE with an open end came with 6.2. Valkey tells a version of Redis as well. */
function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 6 || (major === 6 && minor < 2);
}
