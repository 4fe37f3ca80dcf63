import type { Failure } from "../../deployments/record.js";
import { actionWordsFr } from "./action-words.fr.js";
import { approvalWordsFr, endedWordsFr } from "./approval-words.fr.js";
import { changesWordsFr } from "./changes-words.fr.js";
import { command } from "./command-names.js";
import { droppedWordsFr } from "./dropped-words.fr.js";
import { hostStateFr } from "./host-words.fr.js";
import { nextWordsFr } from "./next-words.fr.js";
import { notRunFr, notStartedFr, probeReasonFr, unreachableBecauseFr } from "./probe-words.fr.js";
import { refusalFr } from "./refusal-words.fr.js";
import { statusWordsFr } from "./status-words.fr.js";
import type { Words } from "./words.js";

export const fr: Words = {
  headline: {
    "awaiting-approval": (environment) => `${environment} - Approbation requise`,
    queued: (environment) => `${environment} - Déploiement en attente`,
    running: (environment) => `${environment} - Déploiement démarré`,
    succeeded: (environment) => `${environment} - Déploiement réussi ✅`,
    failed: (environment) => `${environment} - Échec du déploiement`,
    superseded: (environment) => `${environment} - Déploiement remplacé`,
    cancelled: (environment) => `${environment} - Déploiement annulé`,
    refused: (environment) => `${environment} - Approbation refusée`,
    expired: (environment) => `${environment} - Approbation expirée`,
    void: (environment) => `${environment} - Approbation caduque`,
    indeterminate: (environment) => `${environment} - Déploiement interrompu, état inconnu`,
  },
  fields: {
    project: "Projet",
    commit: "Commit",
    author: "Auteur",
    requestedBy: "Demandé par",
    approvals: "Approbations",
    approvedBy: "Approuvé par",
    ci: "CI",
    expires: "Expire",
    environments: "Autres environnements",
    checklist: "Avant d’approuver",
    hosts: "État des serveurs",
    next: "Étapes suivantes",
  },
  step: {
    backup: "Sauvegarde des données",
    "check-host": "Vérification du serveur",
    "save-rollback-point": "Sauvegarde du point de retour",
    fetch: "Récupération du commit",
    checkout: "Bascule du code",
    restart: "Redémarrage",
    health: "Contrôle de santé",
  },
  failure,
  probeReason: probeReasonFr,
  failedStep: (title) => `Échec à l’étape **${title}**`,
  lastLines: { step: "Dernières lignes de sa sortie :", diagnostics: "Sortie des diagnostics :" },
  fileRefused:
    "Discord n’a pas accepté le fichier : il est trop volumineux pour ce serveur Discord, ou Slipway n’a pas la permission **Joindre des fichiers** dans ce salon.",
  log: {
    complete: "Le journal complet est joint.",
    cut: "Le journal est joint. Les sorties longues y sont raccourcies au milieu ; le fichier indique où.",
    incomplete: "Le journal est joint, mais une partie de la sortie manque ; le fichier indique où.",
    gone: "Slipway ne conserve plus ce journal.",
  },
  hostState: hostStateFr,
  next: nextWordsFr,
  originPush: (branch, pusher) => `push sur ${branch} par ${pusher}`,
  originSchedule: "la planification",
  originBake: (deployment) => `Slipway : échec du n° ${deployment} pendant sa période d’observation`,
  figures: { decimal: ",", unit: " ", percent: " " },
  labelled: (name, text) => `${name} : ${text}`,
  queue: (position, startsAt) =>
    position === 1
      ? `Prochain dans la file${startsAt === undefined ? "" : `, départ ${startsAt}`}`
      : `Numéro ${position} dans la file${startsAt === undefined ? "" : `, départ ${startsAt}`}`,
  started: (at) => `démarré ${at}`,
  tookSeconds: (seconds) => `durée ${seconds}`,
  moreSteps: (count) => (count === 1 ? "encore 1 étape" : `encore ${count} étapes`),
  approval: approvalWordsFr,
  changes: changesWordsFr,
  ended: endedWordsFr,
  dropped: droppedWordsFr,
  action: actionWordsFr,
  status: statusWordsFr,
  refusal: refusalFr,
  call: {
    failed: (mention, number, target) =>
      `${mention} Le déploiement n° ${number} vers **${target}** a échoué.`,
    indeterminate: (mention, number, target) =>
      `${mention} Le déploiement n° ${number} vers **${target}** a été interrompu. Son état est inconnu : vérifiez les serveurs.`,
    rolledBack: (mention, bad, target, number) =>
      `${mention} Le déploiement n° ${bad} vers **${target}** a échoué pendant sa période d’observation. Le déploiement n° ${number} rétablit la version précédente.`,
  },
  memoryLost:
    "**Slipway a perdu la mémoire.** Son Redis a été vidé : les déploiements, verrous, gels et approbations qu’il connaissait ont disparu, et leurs messages restent tels quels. Rien n’est déployé tout seul. Une étape qui tournait sur un serveur y continue : regardez les serveurs, remettez les verrous nécessaires, puis déployez à nouveau.",
  repository: {
    renamed: ({ project, repository, name }) =>
      `📛 Le dépôt de **${project}** s’appelle désormais \`${name}\` sur GitHub. Ses push sont toujours déployés. Dans la configuration, remplacez \`${repository}\` par \`${name}\` dans \`projects.${project}.repository\`, ainsi que dans le dépôt distant de la copie sur chaque serveur : l’ancien nom n’y mène que tant qu’aucun autre dépôt ne le prend.`,
    taken: ({ project, repository, id }) =>
      `⚠️ Le nom \`${repository}\`, configuré pour **${project}**, appartient désormais à un autre dépôt sur GitHub (identifiant ${id}). Ses push ne sont pas déployés. Rien n’a été modifié. Si votre dépôt a été renommé, indiquez son nouveau nom dans \`projects.${project}.repository\`, ainsi que dans le dépôt distant de la copie sur chaque serveur. Si c’est l’autre dépôt qui doit être déployé, définissez \`projects.${project}.repositoryId\` à \`${id}\`.`,
  },
  reply: {
    accepted: (number, target, commit, channel) =>
      `Le déploiement n° ${number} de ${commit} vers **${target}** est en route. À suivre dans ${channel}.`,
    already: (number, target, commit, channel) =>
      `Il existe déjà une demande de ${commit} vers **${target}** : le déploiement n° ${number}. Rien n’a été lancé. Suivez-le dans ${channel}.`,
    runsAlready: (target, runs) =>
      `Ce commit est déjà en place sur **${target}** :\n${runs}\nRien n’a été lancé. Le déployer de nouveau ?`,
    awaitsApproval: (number, target, commit, channel, expires) =>
      `Le déploiement n° ${number} de ${commit} vers **${target}** attend son approbation dans ${channel} ; il expire ${expires}.`,
    runs: (commit, when, by) => `${commit} · ${when} · ${by}`,
    running: (number, commit) => `le n° ${number} est en cours : ${commit}`,
    waiting: (count) => (count === 1 ? "1 déploiement en attente" : `${count} déploiements en attente`),
    awaiting: (count) =>
      count === 1
        ? "1 déploiement attend son approbation"
        : `${count} déploiements attendent leur approbation`,
    historyOf: (target) => `Les derniers déploiements vers ${target}`,
    moreEnvironments: (count) =>
      `… et ${count} de plus : précisez un environnement ou un projet pour ${count === 1 ? "le" : "les"} voir`,
    noHistory: "Aucun déploiement pour l’instant.",
    left: {
      release: (commit) => `a laissé ${commit} en place`,
      mixed: "a laissé des versions différentes en place",
      unknown: "version laissée en place inconnue",
    },
    ago: (count, unit) => `il y a ${count} ${{ minute: "min", hour: "h", day: "j" }[unit]}`,
    unseen: {
      closed: (channel) =>
        `Slipway n’a pas le droit d’écrire dans ${channel} : personne d’autre ne voit ce déploiement et personne n’est prévenu. Donnez-lui dans ce salon les permissions **Voir le salon**, **Envoyer des messages** et **Intégrer des liens**. En attendant, les boutons sont ici : les personnes qui peuvent approuver les obtiennent en envoyant la même commande.`,
      gone: (channel) =>
        `Le salon ${channel} de la configuration n’existe pas : personne d’autre ne voit ce déploiement et personne n’est prévenu. Prévenez la personne qui gère Slipway. En attendant, les boutons sont ici : les personnes qui peuvent approuver les obtiennent en envoyant la même commande.`,
    },
    unknownCommand: "Cette version de Slipway ne connaît pas cette commande. Rechargez Discord et réessayez.",
    wrongGuild: "Ce Slipway est configuré pour un autre serveur Discord. Demandez à son administrateur.",
    unavailable: "Slipway n’arrive pas à joindre Redis. Rien n’a été lancé. Réessayez dans une minute.",
    writeRefused:
      "Redis n’accepte aucune modification pour le moment : il est plein ou en lecture seule. Rien n’a été modifié. Prévenez l’administrateur de Slipway, puis réessayez plus tard.",
    failed: `Erreur interne de Slipway ; les détails sont dans son journal. Slipway ne sait pas si votre commande a été exécutée : vérifiez avec ${command("status", "fr")} avant de réessayer.`,
    unreadable:
      "Discord a envoyé ceci sous une forme que Slipway ne sait pas lire. Rien n’a été fait. Réessayez ; si cela se reproduit, prévenez la personne qui gère Slipway.",
    answeredLate: (person) =>
      `${person} Discord n’a pas accepté à temps la réponse à votre demande. Slipway a traité la demande : vérifiez ${command("status", "fr")} et ce salon avant de la refaire.`,
  },
};

function failure(failure: Failure): string {
  switch (failure.code) {
    case "exited":
      return `La commande s’est terminée avec le code ${failure.exitCode}.`;
    case "killed":
      return `La commande a été arrêtée par le signal ${failure.signal}.`;
    case "timed-out":
      return `La commande ne s’est pas terminée en ${failure.seconds} s et a été arrêtée.`;
    case "lost":
      return lost(failure);
    case "runner-died":
      return "Le processus qui surveillait la commande sur le serveur a été tué : personne ne sait ce que la commande a fait.";
    case "unreachable":
      return `Le serveur ${failure.host} est injoignable (${unreachableBecauseFr(failure)}).`;
    case "not-started":
      return `Rien n’a été lancé sur ${failure.host} : ${notStartedFr(failure)}`;
    case "not-run":
      return `Slipway s’est connecté à ${failure.host}, mais le serveur n’a pas exécuté la commande ${notRunFr(failure)}.`;
    case "unknown-host-key":
      return `Le serveur ${failure.host} a présenté une clé absente de la configuration : \`${failure.seen}\`.`;
    case "unhealthy":
      return `Pas en bonne santé après ${failure.attempts === 1 ? "1 essai" : `${failure.attempts} essais`} : ${probeReasonFr(failure.reason)} (\`${failure.url}\`).`;
    case "interrupted":
      return "Slipway a été arrêté pendant ce déploiement.";
    case "plan-changed":
      return "La configuration a changé pendant ce déploiement, qui exécuterait maintenant d’autres étapes : ce qui avait commencé est allé à son terme, le reste n’a pas été exécuté.";
    case "configuration":
      return "La configuration ne contient plus cet environnement.";
    case "internal":
      return `Slipway lui-même a échoué (${failure.message}) ; son journal en dit plus.`;
  }
}

function lost({ cause, said }: Extract<Failure, { code: "lost" }>): string {
  const quote = said === undefined ? "" : ` Réponse du serveur : \`${said}\`.`;
  switch (cause) {
    case undefined:
      return "Le contact avec le serveur a été perdu pendant que la commande tournait. Son résultat est inconnu.";
    case "deadline":
      return `La commande aurait dû se terminer depuis longtemps et le serveur n’indique aucun résultat. Elle tourne peut-être encore.${quote}`;
    case "stop":
      return `Le serveur n’a pas confirmé à temps l’arrêt de la commande. Elle tourne peut-être encore.${quote}`;
    case "nonsense":
      return `Le serveur ne donne aucune réponse valable sur la commande. Son résultat est inconnu.${quote}`;
  }
}
