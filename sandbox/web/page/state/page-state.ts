import type { ModalView } from "../../../discord/types.js";
import type { OptionChoice } from "../../common/slash-command.js";
import type { GuildSnapshot, MessagesSnapshot } from "../../common/wire.js";

/** A line at the end of the channel that only this page knows: a command on its way, or one that got no answer. */
export interface Notice {
  readonly id: number;
  readonly channelId: string;
  readonly personId: string;
  readonly command: string;
  readonly state: "sending" | "failed";
}

export interface OpenModal {
  readonly interactionId: string;
  readonly personId: string;
  readonly view: ModalView;
  readonly state: "open" | "sending" | "failed";
  /** What is wrong with an input, by its custom_id. */
  readonly problems: Readonly<Record<string, string>>;
}

export interface ComposerState {
  readonly text: string;
  readonly caret: number;
  readonly open: boolean;
  /** Index of the highlighted suggestion. */
  readonly active: number;
  /** The person moved the highlight with the arrows: Enter takes the suggestion. */
  readonly chosen: boolean;
  /** Choices of the bot that stand in the line, by option name. */
  readonly picked: ReadonlyMap<string, OptionChoice>;
  /** The last choices that the bot offered, and for which option of which command. */
  readonly offered?: { readonly key: string; readonly choices: readonly OptionChoice[] };
  readonly problem?: string;
}

export interface PushState {
  readonly sending: boolean;
  readonly head?: { readonly of: string; readonly sha: string };
  readonly result?: { readonly kind: "pushed" | "refused"; readonly text: string };
}

export interface PageState {
  readonly connected: boolean;
  readonly guild?: GuildSnapshot;
  readonly messages?: MessagesSnapshot;
  readonly viewerId: string;
  readonly channelId: string;
  /** Newest message that was on screen, by channel. */
  readonly lastRead: ReadonlyMap<string, string>;
  readonly dismissed: ReadonlySet<string>;
  readonly notices: readonly Notice[];
  /** How many commands, buttons and commits were sent from this page: the view goes to the end with each. */
  readonly sent: number;
  /** Buttons that wait for their answer, as `message/custom_id`. */
  readonly pressed: ReadonlySet<string>;
  /** What went wrong with the last button of a message, by message id. */
  readonly pressProblems: ReadonlyMap<string, string>;
  readonly modal?: OpenModal;
  readonly composer: ComposerState;
  readonly push: PushState;
  /** Why the last application could not be stopped or started; empty when it could. */
  readonly switchProblem: string;
  /** Text of small attachments, by attachment id. */
  readonly previews: ReadonlyMap<string, string>;
  readonly expanded: ReadonlySet<string>;
  /** The side column that lies over the messages on a narrow screen. */
  readonly drawer: "none" | "guild" | "tools";
}

export const emptyComposer: ComposerState = {
  text: "",
  caret: 0,
  open: false,
  active: 0,
  chosen: false,
  picked: new Map(),
};

export function firstState(wish: { viewerId: string; channelId: string }): PageState {
  return {
    ...wish,
    connected: false,
    lastRead: new Map(),
    dismissed: new Set(),
    notices: [],
    sent: 0,
    pressed: new Set(),
    pressProblems: new Map(),
    composer: emptyComposer,
    push: { sending: false },
    switchProblem: "",
    previews: new Map(),
    expanded: new Set(),
    drawer: "none",
  };
}
