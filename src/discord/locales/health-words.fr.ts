import type { HealthWords } from "./health-words.js";

export const healthFr: HealthWords = {
  title: "Santé",
  subtitle: (time, timeZone) => `Disponibilité et latence, ${time} (${timeZone})`,
  chart: {
    range: { "24h": "24 heures", "7d": "7 jours", "30d": "30 jours" },
    up: "En ligne",
    down: "En panne",
    unknown: "Inconnu",
    average: "Moyenne",
    p95: "p95",
    noData: "Aucune latence mesurée",
  },
  state: { up: "en ligne", down: "en panne", unknown: "inconnu" },
  range: { "24h": "24 dernières h", "7d": "7 derniers j", "30d": "30 derniers j" },
  noHistory: "pas encore connu",
  noChecks: "Aucun contrôle de santé n'est configuré ici.",
  asOf: (when) => `Contrôlé ${when}.`,
  moreChecks: (count) => (count === 1 ? "… et 1 autre contrôle" : `… et ${count} autres contrôles`),
  moreEnvironments: (count) =>
    `… et ${count} de plus : nommez un environnement pour ${count === 1 ? "le" : "en"} voir`,
};
