import { describe, expect, it } from "vitest";
import { mayFollow } from "../../../src/health/may-follow.js";

const CONFIGURED = new Set(["http://shop.test", "https://api.test:8443"]);

const follows = (from: string, to: string) => mayFollow(new URL(from), new URL(to), CONFIGURED);

describe("a redirect may be followed", () => {
  it.each([
    ["to a configured origin", "https://other.test/", "https://api.test:8443/any?where"],
    ["on its own configured origin", "http://shop.test/a", "http://shop.test/b"],
    ["from http to https on the same host", "http://shop.test/", "https://shop.test/"],
    ["whatever the case of the host", "http://shop.test/", "http://SHOP.TEST/"],
  ])("%s", (_what, from, to) => {
    expect(follows(from, to)).toBe(true);
  });

  it.each([
    ["to another host", "http://shop.test/", "http://evil.test/"],
    ["to another port", "http://shop.test/", "http://shop.test:6379/"],
    ["to another port over https", "http://shop.test/", "https://shop.test:8443/"],
    ["from a port of its own to https", "http://shop.test:8080/", "https://shop.test/"],
    ["from https to http", "https://api.test:8443/", "http://api.test:8443/"],
    ["to a name that only begins alike", "http://shop.test/", "https://shop.test.evil.test/"],
    ["to a host with a dot more", "http://shop.test/", "http://shop.test./"],
    ["with credentials", "http://shop.test/", "http://ada@shop.test/"],
    ["with a password alone", "http://shop.test/", "http://:x@shop.test/"],
    ["to the number of an address", "http://shop.test/", "http://2130706433/"],
    ["to a blob of a configured origin", "http://shop.test/", "blob:http://shop.test/x"],
  ])("never %s", (_what, from, to) => {
    expect(follows(from, to)).toBe(false);
  });
});
