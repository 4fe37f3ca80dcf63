import type { AuditWords } from "./audit-words.js";

export const auditFr: AuditWords = {
  title: "Journal d'audit, le plus récent d'abord",
  none: "Rien n'est encore inscrit à ce sujet.",
  action: {
    request: (who) => `${who} a demandé un déploiement`,
    refusal: (who) => `${who} a essuyé un refus`,
    approval: (who) => `${who} a approuvé`,
    "approval-refused": (who) => `${who} a refusé d'approuver`,
    void: () => "l'approbation est devenue caduque",
    expired: () => "l'approbation n'est pas venue à temps",
    cancel: (who) => `${who} a annulé`,
    superseded: () => "un push plus récent a pris sa place",
    started: () => "le déploiement a démarré",
    step: () => "une étape s'est terminée",
    ended: () => "le déploiement s'est terminé",
    lock: (who) => `${who} a verrouillé`,
    unlock: (who) => `${who} a déverrouillé`,
    "lock-expired": () => "un verrou a expiré",
    freeze: (who) => `${who} a gelé les déploiements`,
    unfreeze: (who) => `${who} a levé le gel`,
    "break-glass": (who) => `${who} a brisé la glace`,
  },
  source: {
    discord: "Discord",
    github: "GitHub",
    schedule: "planification",
    worker: "worker",
    cli: "ligne de commande",
  },
  detail: {
    sha: "commit",
    ref: "référence",
    kind: "genre",
    code: "parce que",
    reason: "motif",
    state: "résultat",
    approval: "approbation pour",
    breakGlass: "motif",
    step: "étape",
    failedStep: "échec à",
    host: "serveur",
    until: "jusqu'à",
    expiresAt: "jusqu'à",
  },
  shown: (shown, total) => `${shown} sur ${total === 1 ? "1 entrée" : `${total} entrées`}`,
  unreadable: (count) =>
    `${count === 1 ? "1 entrée est illisible" : `${count} entrées sont illisibles`} : d'une version ultérieure, ou modifiée. Lancez slipway audit verify.`,
  exported: {
    complete: "Le journal entier est joint. Vérifiez-le avec `slipway audit verify --file`.",
    newest:
      "La partie la plus récente du journal est jointe ; le tout est trop long pour Discord : `slipway audit export` l'écrit. Vérifiez l'un ou l'autre avec `slipway audit verify --file`.",
  },
  refusal: {
    read: (roles) => `Seules les personnes qui déploient ou approuvent lisent le journal d'audit : ${roles}.`,
    export: (roles) => `Seules les personnes qui approuvent exportent le journal d'audit : ${roles}.`,
  },
  nobodyExports:
    "La configuration ne nomme aucun rôle qui approuve : personne n'exporte donc le journal ici. Lancez `slipway audit export` sur la machine.",
};
