const FORMS = "redis://host:6379, rediss://host:6379 (TLS) or unix:///path/to/redis.sock";
const ENCODE =
  "percent-encode special characters in the user name and the password: % is %25, @ is %40, / is %2F, : is %3A, # is %23, ? is %3F";

/** Tells what to change in a REDIS_URL; undefined for one that can be used. Never holds a part of it. */
export function redisUrlAdvice(text: string): string | undefined {
  return CHECKS.map((check) => check(text)).find((advice) => advice !== undefined);
}

type Check = (text: string) => string | undefined;

/** In order: each may rely on those before it. */
const CHECKS: readonly Check[] = [
  (text) => (text === text.trim() ? undefined : "remove the spaces or line breaks around the address"),
  (text) => (/^["'`]|["'`]$/.test(text) ? "remove the quotes around the address" : undefined),
  (text) => (/[\s\p{Cc}]/u.test(text) ? `remove the spaces inside the address; ${ENCODE}` : undefined),
  schemeAdvice,
  (text) => (text.startsWith("unix:") ? socketAdvice(text) : serverAdvice(text)),
];

function schemeAdvice(text: string): string | undefined {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1];
  if (scheme === undefined) {
    return text.startsWith("/") ? "write unix:// in front of the path of the socket" : `use ${FORMS}`;
  }
  if (["redis", "rediss", "unix"].includes(scheme)) return undefined;
  if (/^(redis|rediss|unix)$/i.test(scheme)) return "write the part before :// in lower case";
  if (/sentinel/i.test(scheme))
    return "use the address of the master itself; Slipway does not ask a Sentinel";
  if (/cluster/i.test(scheme)) return "use a single Redis; Slipway does not support Redis Cluster";
  return `this is no Redis address: use ${FORMS}`;
}

function socketAdvice(text: string): string | undefined {
  const path = text.slice("unix://".length);
  if (!path.startsWith("/")) return "use the absolute path of the socket: unix:///path/to/redis.sock";
  if (/[?#]/.test(path)) return "remove everything after the path of the socket";
  return path.endsWith("/") ? "name the socket itself, not its directory" : undefined;
}

function serverAdvice(text: string): string | undefined {
  const rest = text.slice(text.indexOf("://") + 3);
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  if (end !== -1 && rest.slice(end).includes("@")) return ENCODE;
  const at = authority.lastIndexOf("@");
  return (
    (at === -1 ? undefined : userAdvice(authority.slice(0, at))) ??
    hostAdvice(authority.slice(at + 1)) ??
    tailAdvice(end === -1 ? "" : rest.slice(end)) ??
    (URL.canParse(text) ? undefined : `use ${FORMS}`)
  );
}

function userAdvice(user: string): string | undefined {
  if (!user.includes(":")) return "write :PASSWORD@ or USER:PASSWORD@ before the host; the colon is missing";
  try {
    decodeURIComponent(user);
  } catch {
    return ENCODE;
  }
  return user.endsWith(":")
    ? "write the password after the colon, or remove everything before the @"
    : undefined;
}

function hostAdvice(host: string): string | undefined {
  if (host.includes(",")) return "use one address; a list of Sentinel or Cluster nodes is not supported";
  if (/^[0-9a-f]*:[0-9a-f:]*:/i.test(host))
    return "put an IPv6 address into square brackets: redis://[::1]:6379";
  const [, name = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(host) ?? [];
  if (name === "") return `name the host: ${FORMS}`;
  if (!/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i.test(name))
    return `use a host name or an address: ${FORMS}; ${ENCODE}`;
  if (port !== undefined && !isPort(port)) return "use a port number from 1 to 65535";
  return undefined;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function tailAdvice(tail: string): string | undefined {
  if (/[?#]/.test(tail))
    return "remove everything from the question mark or the # on; Slipway takes no parameters there";
  if (/^(\/(\d{1,5})?)?$/.test(tail)) return undefined;
  return "the part after the host is the number of a database, such as /0; a Redis database has no name";
}
