import type { HealthWords } from "./health-words.js";

export const healthEn: HealthWords = {
  title: "Health",
  subtitle: (time, timeZone) => `Availability and latency, ${time} (${timeZone})`,
  chart: {
    range: { "24h": "24 hours", "7d": "7 days", "30d": "30 days" },
    up: "Up",
    down: "Down",
    unknown: "Unknown",
    average: "Average",
    p95: "p95",
    noData: "No latency measured",
  },
  state: { up: "up", down: "down", unknown: "unknown" },
  range: { "24h": "Uptime 24 h", "7d": "Uptime 7 d", "30d": "Uptime 30 d" },
  noHistory: "not known yet",
  noChecks: "No health check is configured here.",
  howToAdd: (example) =>
    `Add one to this environment in Slipway's configuration, and restart Slipway:\n${example}`,
  column: { environment: "Environment", now: "Now", "24h": "24 h", "7d": "7 d", "30d": "30 d" },
  legend: "Now: latency of the slowest check. 24 h, 7 d, 30 d: uptime.",
  notChecked: "no check",
  asOf: (when) => `Checked ${when}.`,
  moreChecks: (count) => (count === 1 ? "… and 1 more check" : `… and ${count} more checks`),
  moreEnvironments: (count) =>
    `… and ${count} more: name an environment to see ${count === 1 ? "it" : "one"}`,
};
