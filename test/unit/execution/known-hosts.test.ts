import { describe, expect, it } from "vitest";
import { isAboutHost, parseKnownHosts } from "../../../src/execution/ssh/known-hosts.js";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIE5vdCBhIHJlYWwga2V5LCBidXQgMzIgYnl0ZXMu";

function covers(hosts: string, address: string, port = 22): boolean {
  const [entry] = parseKnownHosts(`${hosts} ssh-ed25519 ${KEY}`);
  return entry !== undefined && isAboutHost(entry, address, port);
}

describe("parseKnownHosts", () => {
  it("passes over comments, blank lines and lines that are not entries", () => {
    expect(parseKnownHosts("# a comment\n\n   \nweb.example\nweb.example ssh-ed25519\n")).toEqual([]);
  });

  it("reads marker, hosts, type and key, with a comment and Windows line ends", () => {
    expect(parseKnownHosts(`@revoked a,b ssh-ed25519 ${KEY} someone@somewhere\r\n`)).toEqual([
      { marker: "revoked", hosts: "a,b", keyType: "ssh-ed25519", key: Buffer.from(KEY, "base64") },
    ]);
  });
});

describe("isAboutHost", () => {
  it.each([
    ["web.example", "web.example", 22, true],
    ["web.example", "WEB.example", 22, true],
    ["web.example", "web.example.org", 22, false],
    ["web.example", "web.example", 2222, false],
    ["[web.example]:2222", "web.example", 2222, true],
    ["[web.example]:2222", "web.example", 22, false],
    ["a.example,web.example,192.0.2.1", "192.0.2.1", 22, true],
    ["*.example", "web.example", 22, true],
    ["*.example", "example", 22, false],
    ["w?b.example", "web.example", 22, true],
    ["*.example,!web.example", "web.example", 22, false],
    ["*.example,!web.example", "api.example", 22, true],
    ["!web.example", "api.example", 22, false],
    ["2001:db8::1", "2001:db8::1", 22, true],
    ["*", "web.example", 22, true],
    ["*", "web.example", 2222, true],
  ])("%s for %s port %i: %s", (hosts, address, port, expected) => {
    expect(covers(hosts, address, port)).toBe(expected);
  });

  it("answers a pattern of many stars without trying every way to place them", () => {
    expect(covers(`${"*a".repeat(2_000)}b`, "a".repeat(2_000))).toBe(false);
  });

  it.each(["|1|", "|2|AAAA|AAAA", "|1|c2FsdA==|c2hvcnQ="])(
    "does not take the broken hash %s for a host",
    (hosts) => {
      expect(covers(hosts, "web.example")).toBe(false);
    },
  );
});
