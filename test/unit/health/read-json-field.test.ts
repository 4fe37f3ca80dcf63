import { describe, expect, it } from "vitest";
import { readJsonField } from "../../../src/health/read-json-field.js";

describe("readJsonField", () => {
  it.each([
    ['{"status":"ok"}', "status", "ok"],
    ['{"a":{"b":[{"c":null}]}}', "a.b.0.c", null],
    ['{"a":{"0":1}}', "a.0", 1],
    ['{"__proto__":{"a":1}}', "__proto__.a", 1],
    ['["x","y"]', "1", "y"],
  ])("finds in %s at %s", (text, path, value) => {
    expect(readJsonField(JSON.parse(text), path)).toEqual(value);
  });

  it.each([
    ["{}", "status"],
    ["{}", "constructor.name"],
    ["{}", "__proto__"],
    ['{"a":"text"}', "a.length"],
    ["[1,2]", "length"],
    ["[1,2]", "01"],
    ["[1,2]", "-1"],
    ["[1,2]", "2"],
    ['{"a":null}', "a.b"],
    ["null", "a"],
    ["7", "a"],
  ])("finds nothing in %s at %s", (text, path) => {
    expect(readJsonField(JSON.parse(text), path)).toBeUndefined();
  });
});
