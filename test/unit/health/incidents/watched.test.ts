import { describe, expect, it } from "vitest";
import { watchOf } from "../../../../src/health/incidents/watched.js";
import { configWith, environmentInput } from "../../deployments/samples.js";

const health = [{ url: "https://shop.example.com/healthz" }];

describe("watchOf", () => {
  it("watches what has health checks, and tells the channel of the environment", () => {
    const config = configWith({
      prod: environmentInput({ health, channel: "998877665544332211" }),
      uat: environmentInput({ health, monitor: { enabled: false } }),
      dev: environmentInput(),
    });

    expect([...watchOf(config).entries()]).toEqual([
      [
        "shop/prod",
        {
          ...{ project: "shop", environment: "prod", channelId: "998877665544332211" },
          places: new Set(["web-1", "shop.example.com"]),
          monitor: config.projects["shop"]?.environments["prod"]?.monitor,
        },
      ],
    ]);
  });

  it("has the defaults of the documentation", () => {
    const watched = watchOf(configWith({ prod: environmentInput({ health }) })).get("shop/prod");

    expect(watched?.monitor).toEqual({
      ...{ enabled: true, schedule: "0 * * * *", timeZone: "UTC", whileDown: 60, summary: "never" },
      ...{ confirm: { retries: 3, over: 30 }, recovery: { probes: 3, hold: 120, longestHold: 1_800 } },
      ...{ mention: [], bake: { lasts: 600, every: 60, onFailure: "offer" } },
    });
  });
});
