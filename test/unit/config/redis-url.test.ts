import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../src/config/environment.js";
import { redisUrlAdvice } from "../../../src/config/redis-url.js";

describe("REDIS_URL", () => {
  it.each([
    "redis://localhost",
    "redis://localhost:6379",
    "redis://localhost:6379/",
    "redis://redis_1:6379/15",
    "redis://127.0.0.1:1/0",
    "redis://[::1]:6379",
    "redis://:secret@host",
    "redis://user:p%25%40ss@host:6379/3",
    "redis://user:p@ss@host",
    "rediss://host.example.org:65535",
    "unix:///run/redis/redis.sock",
  ])("takes %s", (url) => {
    expect(redisUrlAdvice(url)).toBeUndefined();
  });

  it.each([
    [" redis://localhost", "spaces"],
    ["redis://localhost\n", "spaces"],
    ["redis://local host", "spaces"],
    ['"redis://localhost"', "quotes"],
    ["localhost", "use redis://"],
    ["localhost:6379", "use redis://"],
    ["redis:localhost", "use redis://"],
    ["redis:/localhost", "use redis://"],
    ["/run/redis.sock", "unix://"],
    ["REDISS://host", "lower case"],
    ["http://host:6379", "no Redis address"],
    ["postgres://user:secret@host/name", "no Redis address"],
    ["redis-sentinel://host:26379", "Sentinel"],
    ["redis+cluster://host", "Cluster"],
    ["redis://a:1,b:2", "one address"],
    ["redis://:sec%ret@host", "%25"],
    ["redis://:secret%@host", "%25"],
    ["redis://:sec%ffret@host", "%25"],
    ["redis://:sec/ret@host", "percent-encode"],
    ["redis://:sec#ret@host", "percent-encode"],
    ["redis://:sec?ret@host", "percent-encode"],
    ["redis://secret@host", "colon"],
    ["redis://user:@host", "password after the colon"],
    ["redis://", "name the host"],
    ["redis://:6379", "name the host"],
    ["redis:///0", "name the host"],
    ["redis://:secret@:6379", "name the host"],
    ["redis://host:0", "port"],
    ["redis://host:65536", "port"],
    ["redis://host:", "port"],
    ["redis://host:six", "port"],
    ["redis://::1:6379", "square brackets"],
    ["redis://[::zz]:6379", "host name"],
    ["redis://h*st", "host name"],
    ["redis://host/name", "number of a database"],
    ["redis://host/0/1", "number of a database"],
    ["redis://host/-1", "number of a database"],
    ["redis://host?db=1", "question mark"],
    ["redis://host#0", "#"],
    ["unix://redis.sock", "absolute path"],
    ["unix:///run/redis/", "socket itself"],
    ["unix:///run/redis.sock?db=1", "after the path"],
  ])("is refused with words for what is wrong: %j", (url, words) => {
    const result = readEnvironment({ REDIS_URL: url }, { discord: false, webhookSecret: false });

    expect(result).toMatchObject({ kind: "invalid", faults: [{ source: "REDIS_URL" }] });
    expect(redisUrlAdvice(url)).toContain(words);
    expect(JSON.stringify(result)).not.toMatch(/sec.?ret/);
  });
});
