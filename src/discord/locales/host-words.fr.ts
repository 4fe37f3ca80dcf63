import type { Words } from "./words.js";

/** In which state a deployment that did not succeed left a host. */
export const hostStateFr: Words["hostState"] = {
  unchanged: (host, before) =>
    before === undefined ? `**${host}** : inchangé.` : `**${host}** : inchangé, ${before} toujours en place.`,
  "files-moved": (host, before, after) =>
    `**${host}** : la copie de travail est sur ${after}${before === after ? ", la version en place avant" : ""} ; l’application n’a pas redémarré${before === undefined || before === after ? "" : ` et tourne peut-être encore sur ${before}`}.`,
  restarted: (host, before, after) =>
    `**${host}** : maintenant sur ${after}, redémarré${before === undefined ? "" : ` (avant : ${before})`}.`,
  unknown: (host, before, after) =>
    `**${host}** : ${unknown(before, after)}. Vérifiez le serveur avant de continuer.`,
};

function unknown(before: string | undefined, after: string): string {
  if (before === undefined) return `état inconnu : sur ${after}, ou comme avant`;
  return before === after
    ? `sur ${after}, comme avant ; l’effet de l’étape est inconnu`
    : `état inconnu : ${before} ou ${after}`;
}
