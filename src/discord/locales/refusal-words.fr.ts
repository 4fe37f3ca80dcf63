import type { GitHubTrouble } from "../../deployments/github-trouble.js";
import type { Refusal, SourceFault } from "../../deployments/refusal.js";
import { command } from "./command-names.js";
import { enumerate } from "./enumerate.js";
import { fullTime } from "./full-time.js";

type NotValidated = Extract<Refusal, { code: "not-validated" }>["ci"];

const CI: Readonly<Record<NotValidated, string>> = {
  pending: "ses contrôles GitHub sont en cours. Attendez-les, puis redemandez",
  failed: "ses contrôles GitHub ont échoué. Corrigez la cause et déployez d’abord le nouveau commit là-bas",
  missing:
    "il n’a aucun contrôle sur GitHub. Faites passer la CI sur ce commit, ou mettez `ci: ignored` dans la configuration",
  unknown: "GitHub n’a pas dit si ses contrôles ont réussi. Réessayez dans une minute",
  "token-refused":
    "GitHub n’a pas dit si ses contrôles ont réussi : il refuse le jeton de Slipway (401). Prévenez l’administrateur de Slipway",
  "not-allowed":
    "GitHub n’a pas dit si ses contrôles ont réussi : le jeton de Slipway n’a pas le droit de les lire (403). Prévenez l’administrateur de Slipway",
  unseen:
    "GitHub n’a pas dit si ses contrôles ont réussi : le jeton de Slipway ne voit pas ce dépôt (404). Prévenez l’administrateur de Slipway",
  "rate-limited":
    "GitHub n’a pas dit si ses contrôles ont réussi : Slipway a fait trop de requêtes. Réessayez plus tard, dans une heure au plus",
};

/** Why GitHub gave no answer about a repository, and what to do. */
function githubTrouble(repository: string, why: GitHubTrouble | undefined): string {
  switch (why?.kind) {
    case undefined:
      return `GitHub n’a pas répondu pour ${repository} : impossible de trouver le commit. Rien n’a été lancé ; réessayez dans une minute.`;
    case "token-refused":
      return `GitHub refuse le jeton de Slipway (401) : impossible de lire ${repository}. Le jeton a expiré ou a été révoqué. Rien n’a été lancé. Prévenez l’administrateur de Slipway.`;
    case "not-allowed":
      return `Le jeton de Slipway n’a pas le droit de lire cela dans ${repository} sur GitHub (403) : il lui manque une permission. Rien n’a été lancé. Prévenez l’administrateur de Slipway.`;
    case "unseen":
      return `Pour le jeton de Slipway, il n’y a pas de dépôt ${repository} sur GitHub (404) : le nom dans la configuration est faux, ou le jeton n’y a pas accès. Rien n’a été lancé. Prévenez l’administrateur de Slipway.`;
    case "rate-limited":
      return `Slipway a fait trop de requêtes à GitHub, qui ne répond plus rien sur ${repository} pour l’instant. Rien n’a été lancé ; réessayez ${
        why.until === undefined ? "dans quelques minutes" : `après le ${fullTime(why.until)}`
      }.`;
  }
}

export function refusalFr(refusal: Refusal): string {
  switch (refusal.code) {
    case "unknown-project":
      return `Il n’y a pas de projet \`${refusal.project}\`. Connus : ${list(refusal.known)}.`;
    case "unknown-environment":
      return `Il n’y a pas d’environnement \`${refusal.environment}\`. Connus : ${list(refusal.known)}.`;
    case "ambiguous-project":
      return `Plusieurs projets ont un environnement \`${refusal.environment}\` : précisez l’option \`projet\`, parmi ${list(refusal.projects)}.`;
    case "role-missing":
      return `Vous ne pouvez pas déployer sur **${refusal.environment}**. Ces rôles le peuvent : ${roles(refusal.roles)}.`;
    case "locked":
      return locked(refusal);
    case "frozen":
      return `**${refusal.environment}** est gelé : ${refusal.reason}. ${
        refusal.until === undefined
          ? `Le gel dure jusqu’à ${command("unfreeze", "fr")}.`
          : `Le prochain créneau libre commence le ${fullTime(refusal.until)}.`
      } Les retours arrière restent possibles.`;
    case "not-on-source":
      return refusal.running === undefined
        ? `Seule une version validée de **${refusal.source}** peut être déployée ici. ${NO_SOURCE[refusal.why ?? "nothing"]} Rien n’a été lancé. Déployez d’abord sur **${refusal.source}**.`
        : `Seul le commit en place sur **${refusal.source}** peut être déployé ici : c’est \`${refusal.running}\`. Rien n’a été lancé. Déployez d’abord votre commit sur **${refusal.source}**, ou utilisez ${command("promote", "fr")}.`;
    case "not-validated":
      return `Le commit tourne sur **${refusal.source}** mais n’est pas validé : ${CI[refusal.ci]}.`;
    case "outdated":
      if (refusal.behindBy === undefined)
        return `GitHub ne peut pas comparer \`${refusal.ref}\` avec la branche de l’environnement : cette version est considérée comme en retard. Rien n’a été lancé.`;
      return `\`${refusal.ref}\` a ${refusal.behindBy === 1 ? "1 commit" : `${refusal.behindBy} commits`} de retard sur la branche de l’environnement. Mettez-le à jour, puis redemandez.`;
    case "nothing-to-promote":
      return `Rien sur **${refusal.source}** ne peut être promu. ${NO_SOURCE[refusal.why]} Rien n’a été lancé.`;
    case "nothing-to-roll-back":
      return `Il n’y a pas de version antérieure à rétablir sur **${refusal.environment}**, ou celle que vous nommez n’est pas parmi les 25 dernières. Rien n’a été lancé.`;
    case "break-glass-reason":
      return "Le bris de glace demande une raison : écrivez pourquoi cela ne peut pas attendre.";
    case "invalid-ref":
      return `\`${refusal.ref}\` ne peut pas être le nom d’une branche ou d’un tag. Tapez une branche, un tag ou le SHA d’un commit.`;
    case "unknown-ref":
      return `${refusal.repository} n’a ni branche, ni tag, ni commit \`${refusal.ref}\`.${
        refusal.similar.length === 0 ? "" : ` Vouliez-vous dire ${list(refusal.similar)} ?`
      }`;
    case "ambiguous-ref":
      return `\`${refusal.ref}\` désigne plusieurs choses. Tapez l’un de ces noms : ${list(refusal.candidates)}.`;
    case "github-unavailable":
      return githubTrouble(refusal.repository, refusal.why);
  }
}

function locked({ environment, lock }: Extract<Refusal, { code: "locked" }>): string {
  const whole = lock.environment === undefined;
  const what = whole ? `Tout le projet **${lock.project}**` : `**${environment}**`;
  if (lock.unreadable) {
    return `${what} est considéré comme verrouillé : cette version de Slipway ne sait pas lire ce qui y est enregistré. Mettez ces données de côté avec ${command("unlock", "fr")}.`;
  }
  const why = lock.reason === "" ? "" : ` : ${lock.reason}`;
  return `${what} est verrouillé par ${lock.owner.userName} jusqu’au ${fullTime(lock.expiresAt)}${why}. Demandez-lui, ou levez le verrou avec ${command("unlock", "fr")}.`;
}

function list(names: readonly string[]): string {
  return enumerate(names.map((name) => `\`${name}\``));
}

function roles(ids: readonly string[]): string {
  return enumerate(ids.map((id) => `<@&${id}>`));
}

/** Why an environment has no release that may go on to the next one. */
const NO_SOURCE: Readonly<Record<SourceFault, string>> = {
  nothing: "Rien n’y est encore en place.",
  unknown: "La version en place y est inconnue.",
  mixed: "Ses serveurs n’ont pas tous la même version.",
  adopted: "La version en place n’y a pas été déployée par Slipway, qui n’a donc pas vérifié sa santé.",
  "not-succeeded": "Le déploiement de la version en place n’y a pas réussi.",
  changing: "Un déploiement y est en cours.",
};
