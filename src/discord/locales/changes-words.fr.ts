import type { ChangesWords } from "./changes-words.js";

export const changesWordsFr: ChangesWords = {
  nowAndThen: (now, then) => `Actuel : ${now} **→** nouveau : ${then}`,
  wouldRun: (commit) => `Nouveau : ${commit}`,
  firstRelease: "Rien n’est encore en place ici : c’est la première version.",
  sameRelease: "Ce commit est déjà déployé ici.",
  notCompared: "GitHub n’a pas comparé les commits : ceux qui sont ajoutés et retirés ne sont pas connus.",
  unrelated:
    "**Historiques sans lien :** cette version n’a aucun commit en commun avec la version actuelle et la remplace en entier.",
  baseLost: "GitHub n’a pas le commit actuel : les commits ajoutés et retirés ne sont pas connus.",
  baseUnknown: "La version en place est inconnue : les commits ajoutés et retirés ne sont pas connus.",
  baseUncertain:
    "**Incertain :** la version en place est inconnue. Les modifications sont comparées à la dernière version connue avec certitude.",
  baseMixed:
    "**Serveurs différents :** ils n’ont pas tous la même version. Les modifications sont comparées à celle du premier serveur.",
  fullComparison: "Voir la comparaison complète.",
  commits: (count) => (count === 1 ? "1 commit" : `${count} commits`),
  files: (count, cut) => `${cut ? "au moins " : ""}${count === 1 ? "1 fichier" : `${count} fichiers`}`,
  migrations: (count, cut) => {
    if (count === 0) return cut ? "aucune migration parmi les fichiers que GitHub cite" : "aucune migration";
    return `⚠️ **${cut ? "au moins " : ""}${count === 1 ? "1 MIGRATION" : `${count} MIGRATIONS`}**`;
  },
  moreCommits: (count) => (count === 1 ? "1 autre commit" : `${count} autres commits`),
  adds: (amounts) => `Ajoute ${amounts}`,
  behind: (removed, files) =>
    `**En retard :** n’ajoute rien et retire ${removed} de la version actuelle (${files})`,
  diverged: (removed, files) => `**Divergence :** retire ${removed} de la version actuelle (${files})`,
  contained: "cette version contient les mêmes modifications dans d’autres commits",
  migrationsBack: (count, paths) =>
    `**${count === 1 ? "1 fichier de migration retiré ou plus ancien" : `${count} fichiers de migration retirés ou plus anciens`} :** ${paths}. Vérifiez que la base de données est compatible avec cette version.`,
  noSubject: "(sans message)",
};
