import type { LogsWords } from "./logs-words.js";

export const logsEn: LogsWords = {
  attached: (where, service, lines) =>
    `**${where}** · \`${service}\`: ${lines === 1 ? "the last line is" : `the last ${lines} lines are`} attached.`,
  shortened: (host) => `**${host}**: too long for one file; the beginning is missing.`,
  empty: "(nothing)",
  roleMissing: (environment, roles) =>
    `You may not read the logs of **${environment}**. These roles may: ${roles}.`,
  noLogs: (environment) =>
    `The configuration names no logs of **${environment}**. They belong under \`logs\` of the environment.`,
  unknownLog: (typed, known) => `There is no log \`${typed}\`. Known: ${known}.`,
};
