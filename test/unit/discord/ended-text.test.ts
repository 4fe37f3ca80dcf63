import { describe, expect, it } from "vitest";
import { fail, markFailed, runAgain } from "../../../src/deployments/transitions.js";
import { wordsFor } from "../../../src/discord/locales/index.js";
import { endedText } from "../../../src/discord/messages/ended-text.js";
import { aRecord } from "../deployments/samples.js";

const ada = { userId: "112233445566778801", userName: "ada" };
const unknown = aRecord({
  ...{ state: "indeterminate", finishedAt: 1 },
  failure: { code: "internal", message: "TypeError" },
});
const text = (record: ReturnType<typeof markFailed>) => record && endedText(record, wordsFor("en"));

describe("a deployment whose state nobody knew", () => {
  it("says who marked it as failed", () => {
    expect(text(markFailed(unknown, ada))).toContain("marked it as failed");
  });

  it("says nothing of that where it was run again and failed by itself", () => {
    const again = runAgain(unknown, ada);
    const running = again && { ...again, state: "running" as const };
    const failed = running && fail(running, { failure: { code: "internal", message: "TypeError" } }, 2);

    expect(failed?.state).toBe("failed");
    expect(text(failed)).toBeUndefined();
  });
});
