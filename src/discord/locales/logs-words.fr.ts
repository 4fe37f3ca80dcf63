import type { LogsWords } from "./logs-words.js";

export const logsFr: LogsWords = {
  attached: (where, service, lines) =>
    `**${where}** · \`${service}\` : ${lines === 1 ? "la dernière ligne est jointe" : `les ${lines} dernières lignes sont jointes`}.`,
  shortened: (host) => `**${host}** : trop long pour un seul fichier ; il manque le début.`,
  empty: "(rien)",
  roleMissing: (environment, roles) =>
    `Vous ne pouvez pas lire les journaux de **${environment}**. Ces rôles le peuvent : ${roles}.`,
  noLogs: (environment) =>
    `La configuration ne nomme aucun journal de **${environment}**. Leur place est sous \`logs\` de l’environnement.`,
  unknownLog: (typed, known) => `Il n’y a pas de journal \`${typed}\`. Connus : ${known}.`,
};
