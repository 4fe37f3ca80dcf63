import { command } from "./command-names.js";
import type { StatusWords } from "./status-words.js";

export const statusWordsFr: StatusWords = {
  nothing: "rien n’est encore en place ici",
  since: (at) => `depuis ${at}`,
  through: (number, by) => `déploiement n° ${number} (${by})`,
  unsuccessful: (through) => `${through}, qui n’a pas réussi`,
  adopted: "lu sur le serveur, non déployé par Slipway",
  mixed: "**Les serveurs ont des versions différentes :**",
  unknown: (last) =>
    `**Version en place inconnue**${last === undefined ? "" : ` ; la dernière connue avec certitude est ${last}`}`,
  unread: `**Version en place inconnue :** Slipway n’a pas encore lu les serveurs et n’y a rien déployé. ${command("status", "fr")} les lit, le premier déploiement aussi.`,
  host: {
    nothing: "rien en place",
    unknown: (last) => `inconnu${last === undefined ? "" : ` (dernière certaine : ${last})`}`,
    between: (from, to) => `en cours de passage ${from === undefined ? "" : `de ${from} `}à ${to}`,
    unreadable: "les données de Slipway sur ce serveur sont illisibles",
    noAnswer: "n’a pas répondu ; état enregistré",
    neverAnswered:
      "n’a pas répondu, donc rien n’en est connu. Vérifiez que Slipway peut le joindre et que sa clé est acceptée",
    drift: (commit, since) => `copie de travail déplacée hors de Slipway vers ${commit}, constaté ${since}`,
    head: (commit) => `sa copie de travail est sur ${commit}`,
  },
  last: (number, outcome, at) => `Dernier déploiement : le n° ${number} ${outcome} ${at}`,
  outcome: {
    succeeded: "a réussi",
    failed: "a échoué",
    cancelled: "a été annulé",
    void: "n’a pas été repris",
    indeterminate: "a été interrompu, résultat inconnu",
  },
  down: (since) => `**En panne** depuis ${since}`,
  recovering: (since) => `En cours de rétablissement : répond depuis ${since}`,
  healthy: (at) => `En bonne santé, dernier contrôle ${at}`,
  failing: (since) => `Contrôles en échec depuis ${since}, pas encore confirmé`,
  unheard: (since) => `Santé inconnue depuis ${since} : Slipway n’a pas pu contrôler`,
  locked: (by, until, reason) => `Verrouillé par ${by} jusqu’au ${until} : ${reason}`,
  lockUnreadable: "Considéré comme verrouillé : le verrou enregistré est illisible",
  frozen: (until, reason) => `Gelé${until === undefined ? "" : ` jusqu’au ${until}`} : ${reason}`,
};
