import { beforeAll, describe, expect, it } from "vitest";
import { loadOpenApiChecker, type OpenApiChecker } from "../../../sandbox/github/openapi/openapi-checker.js";

describe("the check against GitHub's description", () => {
  let checker: OpenApiChecker;
  beforeAll(async () => {
    checker = await loadOpenApiChecker();
  });

  const ref = {
    ref: "refs/heads/main",
    node_id: "x",
    url: "https://api.github.com/",
    object: { type: "commit", sha: "a".repeat(40), url: "https://api.github.com/" },
  };
  const path = "/repos/{owner}/{repo}/git/ref/{ref}";
  const params = { owner: "acme", repo: "shop", ref: "heads/main" };

  it("takes what the description allows", () => {
    expect(checker.response("GET", path, 200, ref)).toEqual([]);
  });

  it.each([
    ["a missing field", { ...ref, url: undefined }, "200 body must have required property 'url'"],
    ["a wrong type", { ...ref, node_id: 1 }, "200 body/node_id must be string"],
    ["an invented field", { ...ref, colour: "red" }, "200 body must NOT have additional properties (colour)"],
  ])("names %s", (_, body, problem) => {
    expect(checker.response("GET", path, 200, JSON.parse(JSON.stringify(body)))).toEqual([problem]);
  });

  it("refuses a success that the description does not list", () => {
    expect(checker.response("GET", path, 204, undefined)).not.toEqual([]);
  });

  it("takes an error body for any other failure", () => {
    expect(checker.response("GET", path, 429, { message: "Slow down", documentation_url: "x" })).toEqual([]);
  });

  it("names an unknown query parameter", () => {
    const sent = { params, query: new URLSearchParams("colour=red"), body: undefined };
    expect(checker.request("GET", path, sent)).toEqual([
      "parameters must NOT have additional properties (colour)",
    ]);
  });

  it("reads numbers among the parameters", () => {
    const of = (per_page: string) =>
      checker.request("GET", "/repos/{owner}/{repo}/branches", {
        params: { owner: "acme", repo: "shop" },
        query: new URLSearchParams({ per_page }),
        body: undefined,
      });
    expect([of("5"), of("five")]).toEqual([[], ["parameters/per_page must be integer"]]);
  });

  it("names what is wrong with a request body", () => {
    const sent = { params: { owner: "acme", repo: "shop" }, query: new URLSearchParams(), body: { ref: 1 } };
    expect(checker.request("POST", "/repos/{owner}/{repo}/deployments", sent)).toEqual([
      "request body/ref must be string",
    ]);
  });

  it("names what is wrong with a webhook payload", () => {
    expect(checker.webhook("push", {})).toContain("push payload must have required property 'commits'");
  });
});
