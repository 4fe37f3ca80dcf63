import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { ChartDrawer } from "../../../src/charts/chart-drawer.js";
import { rasterize } from "../../../src/charts/rasterize.js";
import type { HealthChartView } from "../../../src/charts/views.js";
import { empty, healthView } from "../../unit/charts/sample-charts.js";
import { decode } from "./picture.js";

function drawer(): { charts: ChartDrawer; warnings: string[] } {
  const warnings: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line: string) => void warnings.push(line) });
  return { charts: new ChartDrawer(logger), warnings };
}

/** No time zone of this name exists, so nothing can be drawn. */
const impossible: HealthChartView = { ...healthView("en", empty), timeZone: "Nowhere/Else" };

describe("ChartDrawer", () => {
  it("logs what it cannot draw, answers nothing, and draws the next", async () => {
    const { charts, warnings } = drawer();

    const [failed, drawn] = await Promise.all([
      charts.draw(impossible),
      charts.draw(healthView("en", empty)),
    ]);

    expect(failed).toBeUndefined();
    expect(warnings.join()).toContain("a chart was not drawn");
    expect(decode(drawn ?? Buffer.of()).width).toBe(1_600);
  });

  it("leaves out the pictures of those who are too far behind", async () => {
    const { charts } = drawer();

    const all = await Promise.all(Array.from({ length: 22 }, () => charts.draw(impossible)));

    expect(all.filter((picture) => picture !== undefined)).toEqual([]);
    expect(await charts.draw(healthView("en", empty))).toBeInstanceOf(Buffer);
  });

  it("shows texts as they are, whatever they are", async () => {
    const title = '</text><script>&"\u0000\ud800\u202e😀 ]]> %PDF';

    const png = await drawer().charts.draw({ ...healthView("fr", empty), title, subtitle: title });

    expect(decode(png ?? Buffer.of()).height).toBe(1_920);
  });
});

describe("rasterize", () => {
  it("rejects what is no SVG, with the reason", async () => {
    await expect(rasterize("<svg")).rejects.toThrow(/SVG|xml/i);
  });
});
