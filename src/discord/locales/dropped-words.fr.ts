import type { DroppedCount, DroppedWords } from "./dropped-words.js";

export const droppedWordsFr: DroppedWords = {
  headline: (where, count) => `${where} - ${countText(count)}`,
  newest: (commit) => `Dernier commit : ${commit}`,
  free: (environment) => `**${environment}** n’est plus ni verrouillé ni gelé.`,
  press: (button, ref) => `**${button}** déploie la tête de ${ref} au moment où vous appuyez.`,
  requestEnded: (number, how) => `Le commit faisait déjà l’objet de la demande n° ${number}, et ${how}.`,
  refused: (code) => `Slipway a refusé le déploiement (\`${code}\`).`,
  deployed: (person, number, ref) => `${person} a déployé la tête de ${ref} : déploiement n° ${number}.`,
  runs: (number) =>
    number === undefined
      ? "Ce commit, ou un commit qui le contient, est maintenant en place."
      : `Ce commit, ou un commit qui le contient, est maintenant en place, par le déploiement n° ${number}.`,
};

function countText({ pushes, schedules, ref }: DroppedCount): string {
  const pushed = `${pushes} push sur ${ref}`;
  const scheduled = `${schedules} ${schedules === 1 ? "déploiement planifié" : "déploiements planifiés"} de ${ref}`;
  if (schedules === 0) return `${pushed} ${pushes === 1 ? "n’a pas été déployé" : "n’ont pas été déployés"}`;
  if (pushes === 0) return `${scheduled} ${schedules === 1 ? "n’a pas eu lieu" : "n’ont pas eu lieu"}`;
  return `${pushed} et ${scheduled} n’ont pas eu lieu`;
}
