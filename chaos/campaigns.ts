import { nemeses } from "./nemeses/index.js";
import { killBot } from "./nemeses/kill-bot.js";
import type { Nemesis } from "./nemeses/nemesis.js";
import type { CampaignName, Options } from "./options.js";
import { naive } from "./subjects/naive.js";
import { slipway } from "./subjects/slipway.js";
import type { Subject } from "./subjects/subject.js";

export interface PlannedCampaign {
  readonly name: CampaignName;
  readonly title: string;
  readonly subject: Subject;
  readonly nemesis: Nemesis;
  readonly strikes: number;
  /** Roughly; the order of the work follows from it. */
  readonly expectedSeconds: number;
}

/** The control proves its point with far fewer. */
const CONTROL_STRIKES = { short: 15, full: 150 };

/** What is to be done, in the order in which it is reported. */
export function campaignsFor({ only, short, count, timing }: Options): readonly PlannedCampaign[] {
  const form = short ? "short" : "full";
  const tests = nemeses.map((nemesis) => {
    const { name, title, strikes } = nemesis;
    return { name, title, subject: slipway, nemesis, strikes: count ?? strikes[form] };
  });
  const control = {
    name: "control",
    title: `${killBot.title}, against the naive executor`,
    subject: naive,
    nemesis: killBot,
    strikes: count ?? CONTROL_STRIKES[form],
  } as const;
  return [...tests, control]
    .filter(({ name }) => only.includes(name))
    .map((campaign) => ({
      ...campaign,
      expectedSeconds: campaign.strikes * SECONDS_A_STRIKE[campaign.name](timing.lockSeconds),
    }));
}

const SECONDS_A_STRIKE: Readonly<Record<CampaignName, (lockSeconds: number) => number>> = {
  kill: (lock) => 3 + lock / 2,
  links: () => 1,
  freeze: (lock) => 1 + 2 * lock,
  redis: (lock) => 2 + 2 * lock,
  runner: () => 1,
  discord: () => 2,
  "discord-day": () => 3,
  truth: () => 3,
  answers: () => 6,
  control: (lock) => 3 + lock,
};
