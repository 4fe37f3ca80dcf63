import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/execution/redact.js";
import { createLogger } from "../../../src/logger.js";
import { Secret } from "../../../src/secret.js";

function logged(write: (logger: ReturnType<typeof createLogger>) => void, level: "info" | "debug" = "info") {
  const lines: string[] = [];
  const redactor = createRedactor([new Secret("hunter2-hunter2")]);
  write(createLogger({ level, redact: (line) => redactor.redact(line), write: (line) => lines.push(line) }));
  return lines.map((line): Record<string, unknown> => JSON.parse(line));
}

describe("the log", () => {
  it("is one JSON object a line, with level, time and message", () => {
    const [line] = logged((logger) => logger.info({ deployment: "x" }, "done"));

    expect(line).toEqual({ level: "info", time: expect.any(String), deployment: "x", msg: "done" });
    expect(Number.isNaN(Date.parse(String(line?.["time"])))).toBe(false);
  });

  it("leaves out what is below its level", () => {
    expect(logged((logger) => logger.debug("no"))).toEqual([]);
    expect(logged((logger) => logger.debug("yes"), "debug")).toHaveLength(1);
  });

  it("holds no secret: not by field, not by value, not in a message, not in an error", () => {
    const error = new Error("sent hunter2-hunter2", { cause: new Error("with hunter2-hunter2") });

    const text = JSON.stringify(
      logged((logger) => {
        logger.info({ token: "abc-abc", request: { authorization: "Bearer abc-abc" } }, "hunter2-hunter2");
        logger.info({ url: "https://x/?key=hunter2-hunter2", key: new Secret("something else") }, "fetched");
        logger.error({ err: error }, "failed");
      }),
    );

    expect(text).not.toMatch(/hunter2|abc-abc|something else/);
    expect(text).toContain("[redacted]");
  });

  it("tells an error by what matters, with its causes, and not what hangs on it", () => {
    const cause = Object.assign(new TypeError("refused"), { code: "ECONNREFUSED" });
    const error = Object.assign(new Error("no answer", { cause }), {
      status: 502,
      request: { headers: "all" },
    });

    const [line] = logged((logger) => logger.error({ err: error }, "failed"));

    expect(line?.["err"]).toEqual({
      type: "Error",
      message: "no answer",
      status: 502,
      stack: expect.any(String),
      cause: { type: "TypeError", message: "refused", code: "ECONNREFUSED", stack: expect.any(String) },
    });
  });

  it("takes what is thrown that is no error", () => {
    expect(logged((logger) => logger.error({ err: "text" }, "failed"))[0]?.["err"]).toEqual({
      message: "text",
    });
  });
});
