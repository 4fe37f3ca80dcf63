import type { DroppedCount, DroppedWords } from "./dropped-words.js";

export const droppedWordsEn: DroppedWords = {
  headline: (where, count) =>
    `${where} - ${countText(count)} ${count.pushes + count.schedules === 1 ? "was" : "were"} not deployed`,
  newest: (commit) => `Newest commit: ${commit}`,
  free: (environment) => `**${environment}** is no longer locked or frozen.`,
  press: (button, ref) => `**${button}** deploys the head of ${ref} at the moment of the press.`,
  requestEnded: (number, how) => `The commit was already part of request #${number}, and ${how}.`,
  refused: (code) => `Slipway refused the deployment (\`${code}\`).`,
  deployed: (person, number, ref) => `${person} deployed the head of ${ref}: deployment #${number}.`,
  runs: (number) =>
    number === undefined
      ? "This commit, or one that contains it, runs now."
      : `This commit, or one that contains it, runs now, through deployment #${number}.`,
};

function countText({ pushes, schedules, ref }: DroppedCount): string {
  const parts = [
    ...(pushes === 0 ? [] : [`${pushes === 1 ? "1 push" : `${pushes} pushes`} to ${ref}`]),
    ...(schedules === 0
      ? []
      : [`${schedules === 1 ? "1 scheduled deployment" : `${schedules} scheduled deployments`} of ${ref}`]),
  ];
  return parts.length === 1 ? (parts[0] ?? "") : parts.join(" and ");
}
