import type { StatsWords } from "./stats-words.js";

export const statsEn: StatsWords = {
  title: "How deployments go",
  subtitle: (day, timeZone) => `Month by month, up to ${day} (${timeZone})`,
  chart: {
    measure: {
      deployments: "Deployments",
      leadTime: "Lead time",
      changeFailureRate: "Change failure rate",
      timeToRestore: "Time to restore",
    },
    unit: { s: "in seconds", min: "in minutes", h: "in hours", d: "in days" },
    count: "that succeeded",
    share: "in percent",
    noData: "No data",
  },
  column: {
    month: "month",
    deployments: "deploys",
    leadTime: "lead",
    failures: "failed",
    restore: "restore",
  },
  legend:
    "**deploys** that succeeded · **lead** from commit to running · **failed** share of changes · **restore** from failure to recovery. Times are medians.",
  unit: { s: "s", min: "min", h: "h", d: "d" },
  countedSince: (environments, when) =>
    `${environments}: only the newest 500 deployments are counted, since ${when}.`,
  notInPicture: "The picture shows the first five environments.",
  moreEnvironments: (count) =>
    `… and ${count} more: name an environment or a project to see ${count === 1 ? "it" : "them"}`,
};
