import type { ActionWords, OwnActionRefusal } from "./action-words.js";
import { command } from "./command-names.js";
import { enumerate } from "./enumerate.js";

const decided: ActionWords["decided"] = {
  "awaiting-approval": "il attend encore son approbation",
  queued: "il est approuvé et attend son tour",
  running: "il est en cours",
  succeeded: "il a réussi",
  failed: "il a échoué",
  superseded: "un plus récent a pris sa place",
  cancelled: "il a été annulé",
  refused: "il a été refusé",
  expired: "personne ne l’a approuvé à temps",
  void: "il est caduc",
  indeterminate: "il s’est interrompu",
};

export const actionWordsFr: ActionWords = {
  button: {
    approve: "Approuver…",
    refuse: "Refuser",
    cancel: "Annuler",
    stop: "Arrêter maintenant",
    "mark-failed": "Déclarer échoué",
    "run-again": "Relancer l’étape",
    rollback: "Revenir en arrière",
    retry: "Relancer",
    unlock: "Déverrouiller",
    "deploy-newest": "Déployer le dernier commit",
    "deploy-again": "Redéployer",
  },
  form: {
    title: {
      deploy: (environment) => `Déployer sur ${environment} ?`,
      promote: (environment) => `Promouvoir vers ${environment} ?`,
      rollback: (environment) => `Revenir en arrière sur ${environment} ?`,
    },
    label: (commit, environment) => `Tapez DEPLOY : ${commit} → ${environment}`,
  },
  approved: (number) => `Approuvé. Le déploiement n° ${number} est en route.`,
  counted: (number, missing) =>
    `Votre approbation du déploiement n° ${number} compte. ${missing === 1 ? "Encore 1 personne doit" : `Encore ${missing} personnes doivent`} approuver.`,
  voided: (number) =>
    `Pas approuvé : le déploiement n° ${number} est caduc, et son message dit pourquoi. Rien n’a été modifié.`,
  refused: (number) => `Refusé. Le déploiement n° ${number} n’aura pas lieu.`,
  cancelled: (number) => `Annulé. Le déploiement n° ${number} n’aura pas lieu ; rien n’a été modifié.`,
  stopping: (number) =>
    `Le déploiement n° ${number} s’arrête après son étape en cours. Son message dira dans quel état est chaque serveur.`,
  stoppingNow: (number) =>
    `L’étape en cours du déploiement n° ${number} est en train d’être arrêtée sur son serveur. Le message dira dans quel état est chaque serveur.`,
  markedFailed: (number) => `Le déploiement n° ${number} compte désormais comme échoué.`,
  runsAgain: (number) => `Le déploiement n° ${number} reprend à l’étape interrompue.`,
  refusal,
  decided,
  foreign: `Ce bouton a expiré, ou n’appartient pas à ce message. Rien n’a été modifié. ${command("status", "fr")} montre où en sont les choses.`,
  pressAgain:
    "Le formulaire a mis trop de temps à s’ouvrir. Rien n’a été modifié ; appuyez de nouveau sur le bouton.",
  failed: `Erreur interne de Slipway ; les détails sont dans son journal. Slipway ne sait pas si quelque chose a été modifié : vérifiez le message ou ${command("status", "fr")} avant d’appuyer de nouveau.`,
};

function refusal(refusal: OwnActionRefusal): string {
  switch (refusal.code) {
    case "not-found":
      return "Slipway ne connaît plus ce déploiement. Rien n’a été modifié.";
    case "settled-already":
      return "Ce point est déjà réglé ; le message dit comment. Rien n’a été modifié.";
    case "already-decided":
      return `Trop tard : ${decided[refusal.state]}. Rien n’a été modifié.`;
    case "not-approver":
      return refusal.roles.length === 0
        ? `Personne ne peut approuver pour **${refusal.environment}** : la configuration ne nomme aucun rôle sous \`roles.approve\`.`
        : `Vous ne pouvez pas décider pour **${refusal.environment}**. Ces rôles le peuvent : ${enumerate(refusal.roles.map((id) => `<@&${id}>`))}.`;
    case "own-request":
      return "Vous avez demandé ce déploiement : quelqu’un d’autre doit l’approuver. Rien n’a été modifié.";
    case "approved-already":
      return "Vous avez déjà approuvé ; chaque personne compte une fois. Quelqu’un d’autre doit approuver aussi.";
    case "wrong-word":
      return `Rien n’a été modifié : vous avez tapé \`${refusal.typed}\`. Pour approuver, appuyez de nouveau sur le bouton et tapez exactement \`DEPLOY\`, en majuscules.`;
    case "cancel-requested-already":
      return "Il est déjà annulé : il s’arrête après son étape en cours.";
    case "runs-no-longer":
      return `Il n’est plus certain que ce commit soit en place sur tous les serveurs de **${refusal.environment}**. Rien n’a été lancé ; refaites votre demande.`;
    case "newer-ran":
      return `Il ne peut pas reprendre : le déploiement n° ${refusal.number} a eu lieu depuis sur cet environnement. Demandez un nouveau déploiement.`;
  }
}
