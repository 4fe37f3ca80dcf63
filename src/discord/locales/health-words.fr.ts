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
  range: { "24h": "Disponibilité 24 h", "7d": "Disponibilité 7 j", "30d": "Disponibilité 30 j" },
  noHistory: "pas encore connu",
  noChecks: "Aucun contrôle de santé n’est configuré ici.",
  howToAdd: (example) =>
    `Ajoutez-en un à cet environnement dans la configuration de Slipway, puis redémarrez Slipway :\n${example}`,
  column: { environment: "Environnement", now: "Actuel", "24h": "24 h", "7d": "7 j", "30d": "30 j" },
  legend: "Actuel : latence du contrôle le plus lent. 24 h, 7 j, 30 j : disponibilité.",
  notChecked: "sans contrôle",
  asOf: (when) => `Contrôlé ${when}.`,
  moreChecks: (count) => (count === 1 ? "… et 1 autre contrôle" : `… et ${count} autres contrôles`),
  moreEnvironments: (count) =>
    `… et ${count} de plus : nommez un environnement pour ${count === 1 ? "le" : "en"} voir`,
};
