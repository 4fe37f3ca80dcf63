import { doraSvg } from "./dora-svg.js";
import { healthSvg } from "./health-svg.js";
import { rasterize } from "./rasterize.js";
import type { DoraChartView, HealthChartView } from "./views.js";

/** How an environment was, as a PNG. @throws Error when it cannot be drawn */
export async function healthChart(view: HealthChartView): Promise<Buffer> {
  return rasterize(healthSvg(view));
}

/** The four measures, as a PNG. @throws Error when it cannot be drawn */
export async function doraChart(view: DoraChartView): Promise<Buffer> {
  return rasterize(doraSvg(view));
}
