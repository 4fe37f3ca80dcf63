import { command } from "./command-names.js";
import type { LockWords } from "./lock-words.js";

export const lockWordsFr: LockWords = {
  allEnvironments: "tous les environnements",
  headline: {
    locked: (where) => `${where} - Verrouillé`,
    renewed: (where) => `${where} - Verrou prolongé`,
    unlocked: (where) => `${where} - Déverrouillé`,
    reminder: (where) => `${where} - Le verrou prend bientôt fin`,
    expired: (where) => `${where} - Le verrou a pris fin`,
    frozen: (where) => `${where} - Déploiements gelés`,
    unfrozen: (where) => `${where} - Le gel est levé`,
    thawed: (where) => `${where} - Le gel a pris fin`,
  },
  fields: {
    owner: "Propriétaire",
    frozenBy: "Gelé par",
    liftedBy: "Levé par",
    since: "Depuis",
    until: "Fin",
  },
  untilUnfrozen: `jusqu’à ${command("unfreeze", "fr")}`,
  noReason: "sans raison donnée",
  unreadable: {
    lock: `Ce qui est enregistré ici est illisible pour cette version de Slipway, et donc considéré comme un verrou. Levez-le avec ${command("unlock", "fr")}.`,
    freeze: `Ce qui est enregistré ici est illisible pour cette version de Slipway, et donc considéré comme un gel. Levez-le avec ${command("unfreeze", "fr")}.`,
  },
  hint: {
    locked: `Les déploiements des autres sont refusés jusqu’à sa fin. Levez-le avec ${command("unlock", "fr")}.`,
    unlocked: (by) => `${by} a levé ce verrou. Les autres verrous et les gels restent en vigueur.`,
    reminder: (end) =>
      `Il prend fin ${end}. Le travail est terminé ? Levez-le. Il faut plus de temps ? Son propriétaire relance ${command("lock", "fr")}.`,
    free: "Les autres verrous et gels restent en vigueur.",
    frozen: `Seuls les retours arrière restent possibles. Levez le gel avec ${command("unfreeze", "fr")}.`,
  },
  unlockButton: "Déverrouiller",
  reply: {
    locked: (where, end) => `Verrou posé sur ${where}. Il prend fin le ${end}.`,
    heldLock: (where, owner, reason, end) =>
      `${where} : déjà verrouillé par ${owner} (${reason}). Le verrou prend fin le ${end}. Demandez-lui, ou levez-le avec ${command("unlock", "fr")}.`,
    unlocked: (where) => `Verrou levé sur ${where}.`,
    unlockedFor: (where, owner) => `Verrou levé sur ${where}. ${owner}, son propriétaire, est prévenu.`,
    notLocked: (where) => `${where} : il n’y a pas de verrou.`,
    projectLocked: (project, command) =>
      `Mais tout ${project} est verrouillé : ${command} lève ce verrou-là.`,
    frozen: (where, end) =>
      end === undefined
        ? `Déploiements gelés sur ${where} jusqu’à ${command("unfreeze", "fr")}.`
        : `Déploiements gelés sur ${where}. Le gel prend fin le ${end}.`,
    heldFreeze: (where, by, reason) =>
      `${where} : déjà gelé par ${by} (${reason}). Demandez-lui, ou mettez-y d’abord fin avec ${command("unfreeze", "fr")}.`,
    unfrozen: (where) => `${where} : le gel est levé.`,
    notFrozen: (where) =>
      `${where} : personne ne l’a gelé. Si les déploiements sont refusés quand même, c’est qu’une fenêtre de gel de la configuration est ouverte.`,
    projectFrozen: (project, command) => `Mais tout ${project} est gelé : ${command} y met fin.`,
    roleMissing: (where, roles) =>
      `${where} : vous ne pouvez ni verrouiller, ni déverrouiller, ni geler. Celles et ceux qui peuvent y déployer ou y approuver le peuvent : ${roles}.`,
    rolesMissing: (environments, roles) =>
      `Vous ne pouvez ni verrouiller, ni déverrouiller, ni geler tous les environnements à la fois : il vous faudrait un rôle dans chacun, et vous n’en avez aucun dans ${environments}. Peuvent y déployer ou y approuver : ${roles}.`,
    whichProject: (projects) =>
      `Il y a plusieurs projets : précisez l’option \`projet\`. Connus : ${projects}.`,
    unknownSpan: (typed) =>
      `\`${typed}\` n’est pas une durée. Tapez un nombre suivi de m, h ou d (jours), de \`1m\` à \`31d\` : \`30m\`, \`2h\`, \`1d\`. Rien n’a été modifié.`,
    nothing: "Rien n’est verrouillé ni gelé, et aucun déploiement n’est en cours.",
    list: "Verrous et gels",
    deploying: (number, by) => `Le déploiement n° ${number} est en cours (${by}).`,
    more: (count) => `… et ${count} de plus`,
  },
};
