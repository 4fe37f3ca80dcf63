import type { Logger } from "pino";
import type { DoraChartView, HealthChartView } from "./views.js";

/** Each picture takes a fifth of a second; who is further behind gets none. */
const MAX_WAITING = 20;

/** Draws charts, one at a time: pictures are nobody's hurry, and each takes a whole core for a moment. */
export class ChartDrawer {
  readonly #logger: Logger;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Never throws. @returns undefined when it cannot be drawn: the words around it say the same */
  async draw(view: HealthChartView | DoraChartView): Promise<Buffer | undefined> {
    if (this.#waiting >= MAX_WAITING) return undefined;
    this.#waiting++;
    const drawing = this.#last.then(() => drawNow(view));
    this.#last = drawing.catch(() => undefined);
    try {
      return await drawing;
    } catch (error) {
      this.#logger.warn({ err: error, chart: view.kind }, "a chart was not drawn");
      return undefined;
    } finally {
      this.#waiting--;
    }
  }
}

/** Loaded with the first picture: a bot that draws none does not pay for it. */
async function drawNow(view: HealthChartView | DoraChartView): Promise<Buffer> {
  const { doraChart, healthChart } = await import("./draw-chart.js");
  return view.kind === "health" ? healthChart(view) : doraChart(view);
}
