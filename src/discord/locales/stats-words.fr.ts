import type { StatsWords } from "./stats-words.js";

export const statsFr: StatsWords = {
  title: "Comment vont les déploiements",
  subtitle: (day, timeZone) => `Mois par mois, jusqu’au ${day} (${timeZone})`,
  chart: {
    measure: {
      deployments: "Déploiements",
      leadTime: "Délai de livraison",
      changeFailureRate: "Taux d’échec",
      timeToRestore: "Temps de rétablissement",
    },
    unit: { s: "en secondes", min: "en minutes", h: "en heures", d: "en jours" },
    count: "réussis",
    share: "en pour cent",
    noData: "Aucune donnée",
  },
  column: { month: "mois", deployments: "dépl.", leadTime: "délai", failures: "échecs", restore: "rétabl." },
  legend:
    "**dépl.** réussis · **délai** du commit à la mise en service · **échecs** part des changements · **rétabl.** de la panne au rétablissement. Les durées sont des médianes.",
  unit: { s: "s", min: "min", h: "h", d: "j" },
  countedSince: (environments, when) =>
    `${environments} : seuls les 500 derniers déploiements sont comptés, depuis ${when}.`,
  notInPicture: "L’image montre les cinq premiers environnements.",
  moreEnvironments: (count) =>
    `… et ${count} de plus : nommez un environnement ou un projet pour ${count === 1 ? "le" : "les"} voir`,
};
