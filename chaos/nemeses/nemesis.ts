import type { Random } from "../random.js";
import type { Scene } from "../scene.js";
import type { Traffic } from "../world/traffic.js";

export const NEMESIS_NAMES = [
  "kill",
  "links",
  "freeze",
  "redis",
  "runner",
  "discord",
  "discord-day",
  "truth",
  "answers",
] as const;
export type NemesisName = (typeof NEMESIS_NAMES)[number];

interface NemesisBase {
  readonly name: NemesisName;
  /** For people: what it does. */
  readonly title: string;
  /** How often it strikes, in the form for CI and in the full one. */
  readonly strikes: { readonly short: number; readonly full: number };
  /** How many processes work on deployments. */
  readonly workers: number;
  /** Most commits that are pushed to an environment at once. */
  readonly burst: number;
  /** How often a bot's heartbeat is asked for. @defaultValue Discord's own 41 s */
  readonly heartbeatMs?: number;
  /** Some of the commits fail by themselves. */
  readonly troubled?: true;
  /** People approve, refuse, lock, roll back and ask for `/status` meanwhile. */
  readonly peopled?: true;
  /** The bots reach Redis over a link that can lose answers. */
  readonly spoilsAnswers?: true;
}

/** Something that goes wrong in earnest, again and again, while deployments run. */
export type Nemesis =
  /** It meets everything at once: one strike after the other. */
  | (NemesisBase & { readonly meets: "world"; strike(scene: Scene, random: Random): Promise<void> })
  /** It meets one environment, so that several can be struck at a time. */
  | (NemesisBase & {
      readonly meets: "lane";
      strike(scene: Scene, random: Random, traffic: Traffic): Promise<void>;
    });
