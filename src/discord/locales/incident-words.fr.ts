import { command } from "./command-names.js";
import type { IncidentWords } from "./incident-words.js";

export const incidentWordsFr: IncidentWords = {
  headline: {
    down: (where) => `${where} - En panne`,
    recovering: (where) => `${where} - Répond à nouveau, sous observation`,
    recovered: (where) => `${where} - Rétabli`,
    unwatched: (where) => `${where} - N’est plus surveillé`,
  },
  environments: (count) => `${count} environnements`,
  onHost: (host) => `serveur ${host}`,
  recovered: (where, span) => `${where} - Rétabli après ${span}`,
  atMost: (span) => `au plus ${span}`,
  unwatched: (span) => `dont ${span} sans surveillance de Slipway`,
  since: {
    down: (at) => `En panne depuis : ${at}.`,
    recovering: (at) => `Répond à nouveau depuis : ${at} ; à confirmer dans la durée.`,
    recovered: (at) => `Rétabli depuis : ${at}.`,
    unwatched: (at) => `Était en panne depuis : ${at} ; la configuration ne le surveille plus.`,
  },
  lastGood: (at) => `Dernier contrôle réussi : ${at}.`,
  neverGood: "Aucun contrôle n’a encore réussi.",
  unknownReason: "échec",
  failedBake: {
    failed: "Les contrôles de la nouvelle version ont échoué après le déploiement.",
    offer:
      "Les contrôles de la nouvelle version ont échoué après le déploiement. **Revenir en arrière** rétablit la version précédente.",
    rollback:
      "Les contrôles de la nouvelle version ont échoué après le déploiement. Slipway revient en arrière, comme le veut la configuration, si c’est encore possible.",
  },
  acknowledged: (by, at) => `Pris en charge par ${by} ${at}`,
  snoozed: (by, until) => `Mis en sourdine par ${by} jusqu’à ${until}`,
  fields: {
    deployed: "Ce qui y tourne",
    host: "Serveur",
    downtime: "Durée de la panne",
    from: "Premier échec",
    until: "Rétabli",
    environments: "Environnements",
    acknowledged: "Pris en charge par",
  },
  deployed: (release, at, by) => `${release}\ndéployé ${at} par ${by}`,
  call: {
    joined: (headline, since) => `${headline}, depuis : ${since}. Cela vous concerne désormais aussi.`,
    unacknowledged: (headline, since) =>
      `${headline}, depuis : ${since}, et personne ne l’a encore pris en charge.`,
  },
  button: {
    acknowledge: "Prendre en charge",
    snooze: "Sourdine 1 h",
    rollback: "Revenir en arrière",
    logs: "Voir les journaux",
  },
  reply: {
    acknowledged: "Vous prenez en charge cet incident ; il n’est plus escaladé.",
    snoozed: (until) => `Plus aucun bruit jusqu’à ${until}. Le message continue d’évoluer.`,
    over: "Cette panne est terminée. Rien n’a été modifié.",
    notResponsible: (roles) =>
      `Vous ne pouvez pas décider ici. Ces rôles le peuvent : ${roles}. Rien n’a été modifié.`,
    acknowledgedAlready: (by) => `${by} l’a déjà prise en charge.`,
    severalEnvironments: `Plusieurs environnements sont en panne. Rien n’a été modifié. Choisissez-en un avec ${command("rollback", "fr")}.`,
  },
  unit: { day: "j", hour: "h", minute: "min", second: "s" },
  more: (count) => `… et ${count} de plus`,
  blind: {
    headline: "Slipway ne peut plus contrôler la santé",
    headlineOver: (span) => `Slipway n’a pas pu contrôler la santé pendant ${span}`,
    unheard: (since) =>
      `Depuis : ${since}, rien de ce qu’il contrôle ne répond : soit son propre réseau est coupé, soit tout est en panne à la fois.`,
    refused: (since) => `Depuis : ${since}, sa propre machine refuse les contrôles.`,
    call: (since) =>
      `Slipway n’entend plus rien de ce qu’il contrôle, depuis : ${since}. À vérifier : est-ce son réseau, ou tout est-il en panne ?`,
    over: (since, until) => `De ${since} à ${until}. Les contrôles ont repris.`,
    unknown: (environments) =>
      `La santé ${environments === 1 ? "d’un environnement" : `de ${environments} environnements`} est inconnue pour cette durée : aucun incident n’est ouvert et aucune version n’est retirée pour cela.`,
    code: (code) => `Le système dit \`${code}\`.`,
  },
  summary: {
    headline: { daily: "La santé du dernier jour", weekly: "La santé de la dernière semaine" },
    allWell: "Rien n’a été en panne.",
    uptime: (percent) => `disponible à ${percent}`,
    unknownUptime: "pas mesuré",
    incidents: (count, span) => `${count === 1 ? "1 panne" : `${count} pannes`}, ${span} en tout`,
    down: "**en panne maintenant**",
    wasDown: "**en panne au dernier contrôle**",
  },
};
