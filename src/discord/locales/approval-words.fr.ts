import type { VoidReason } from "../../deployments/record.js";
import { command } from "./command-names.js";
import type { ApprovalWords, EndedWords } from "./words.js";

export const approvalWordsFr: ApprovalWords = {
  why: {
    protected:
      "Cet environnement est protégé : un approbateur doit appuyer sur **Approuver…** et taper DEPLOY.",
    "bad-release":
      "⚠️ **Cette version a déjà été retirée d’ici.** La redéployer demande une confirmation : appuyez sur **Approuver…** et tapez DEPLOY.",
    "break-glass":
      "Ceci passe outre un gel : une seconde personne doit appuyer sur **Approuver…** et taper DEPLOY.",
  },
  breakGlass: (by) => `**BRIS DE GLACE** par ${by}, malgré un gel :`,
  behind: (commits) =>
    `**En retard :** il manque à cette version ${commits === 1 ? "1 commit" : `${commits} commits`} de la branche de l’environnement.`,
  markedBad: "**Marquée mauvaise :** cette version a déjà été retirée d’ici.",
  movedOn: (now, compared) =>
    `**Modifié depuis la demande :** ${now} est maintenant en place ; les modifications sont comparées à ${compared}.`,
  ci: {
    passed: "✅ réussie",
    failed: "❌ **en échec**",
    pending: "⏳ encore en cours",
    missing: "⚪ aucune pour ce commit",
    unknown: "❔ inconnue : GitHub n’a pas répondu",
    "token-refused": "❔ inconnue : GitHub refuse le jeton de Slipway (401)",
    "not-allowed":
      "❔ inconnue : le jeton de Slipway n’a pas le droit de lire les contrôles sur GitHub (403)",
    unseen: "❔ inconnue : le jeton de Slipway ne voit pas ce dépôt sur GitHub (404)",
    "rate-limited": "❔ inconnue : Slipway a fait trop de requêtes à GitHub",
    ignored: "non vérifiée : `ci: ignored`",
  },
  ciAsked: (at) => `vérifiée ${at}`,
  ciFailed: "**CI en échec :** GitHub signale des contrôles en échec pour ce commit.",
  given: (given, quorum) => `${given} sur ${quorum}`,
  planOn: (hosts) => `Étapes sur ${hosts}`,
  thisRelease: "cette version",
  unknownRuns: "version en place inconnue",
  hostsDiffer: "les serveurs ont des versions différentes",
  nothingRuns: "rien de déployé pour l’instant",
  state: {
    "awaiting-approval": "un autre attend son approbation",
    queued: "un autre est en attente",
    running: "un autre est en cours",
    succeeded: "en place",
    failed: "le dernier déploiement a échoué",
    superseded: "en place",
    cancelled: "le dernier déploiement a été annulé",
    refused: "en place",
    expired: "en place",
    void: "en place",
    indeterminate: "le dernier déploiement s’est interrompu",
  },
};

export const endedWordsFr: EndedWords = {
  rollbackOf: (number) => `Annule le déploiement n° ${number}.`,
  rollback: "Retour à une version antérieure.",
  willLock: (environment) =>
    `En cas de succès, **${environment}** sera verrouillé pour 24 heures, sauf si un verrou existe déjà. Levez le verrou avec ${command("unlock", "fr")}.`,
  promoted: "Promotion : exactement le commit validé auparavant.",
  refusedBy: (person) => `Refusé par ${person}. Rien n’a été modifié.`,
  expired: (given, quorum) =>
    quorum === 1
      ? "Personne ne l’a approuvé à temps. Rien n’a été modifié."
      : `Trop peu de personnes l’ont approuvé à temps (${given} sur ${quorum}). Rien n’a été modifié.`,
  cancelledBefore: (person) => `Annulé par ${person} avant son départ. Rien n’a été modifié.`,
  cancelledAfter: (person) => `Annulé par ${person} en cours de route. Arrêté entre deux étapes.`,
  stopping: (person) => `${person} l’a annulé : il s’arrête après l’étape en cours.`,
  stoppingNow: (person) => `${person} fait arrêter l’étape en cours sur son serveur.`,
  stopped: (person) => `Annulé par ${person} en cours de route. Son étape a été arrêtée sur le serveur.`,
  markedFailed: (person) => `Personne ne savait comment il s’était terminé ; ${person} l’a déclaré échoué.`,
  runsAgain: (person) => `Il s’était interrompu ; ${person} l’a fait reprendre à cette étape.`,
  void: voidReason,
};

const GATES: Readonly<Record<string, string>> = {
  "role-missing": "la personne qui l’a demandé n’a plus le droit de déployer ici",
  locked: "l’environnement a été verrouillé",
  frozen: "un gel a commencé",
  "not-on-source": "une autre version tourne sur l’environnement d’où celle-ci doit venir",
  "not-validated": "la version n’est plus validée",
  outdated: "la branche de l’environnement a avancé",
};

function voidReason(reason: VoidReason, begun: boolean): string {
  const nothing = begun ? "Rien de plus n’a été fait depuis l’interruption." : "Rien n’a été modifié.";
  switch (reason.code) {
    case "ref-moved":
      return `\`${reason.ref}\` est passé à \`${reason.sha}\` depuis la demande : ce qui a été relu n’est plus ce qui s’y trouve. ${nothing}`;
    case "plan-changed":
      return `La configuration a changé depuis la demande : d’autres serveurs ou d’autres étapes seraient concernés. ${nothing}`;
    case "gate":
      return `Entre-temps, ${GATES[reason.refusal] ?? "une règle s’y oppose"}. ${nothing}`;
    case "newer-ran":
      return `Entre-temps, le déploiement n° ${reason.number} a eu lieu sur cet environnement : celui-ci ne peut pas reprendre où il s’était interrompu.`;
    case "role-lost":
      return `${reason.userId} l’a approuvé mais n’a plus de rôle d’approbateur. ${nothing}`;
    case "unverifiable":
      return reason.what === "ref"
        ? `GitHub n’a pas dit si la branche a bougé, et sans cela rien ne part. ${nothing}`
        : `Discord n’a pas dit si les approbateurs ont encore leurs rôles, et sans cela rien ne part. ${nothing}`;
  }
}
