/** What the sandbox page and its server say to each other: JSON over HTTP, and server-sent events. */
import type { APIApplicationCommand } from "discord-api-types/v10";
import type {
  Channel,
  Choice,
  CommandOptions,
  InteractionView,
  MessageView,
  Person,
  Role,
} from "../../discord/types.js";

/** An application that Slipway deploys. */
export interface PageApplication {
  readonly label: string;
  /** Only `http:` and `https:` addresses are shown. */
  readonly url: string;
  readonly running: boolean;
}

export interface PageRepository {
  /** `owner/name`. */
  readonly fullName: string;
  readonly branches: readonly string[];
}

export interface ChannelSummary extends Channel {
  /** Newest message that the viewer may see, for the unread mark. */
  readonly lastMessageId?: string;
}

/** Everything around the messages. Sent at first, then whenever a part of it changes. */
export interface GuildSnapshot {
  readonly guildName: string;
  readonly botName: string;
  readonly botOnline: boolean;
  readonly channels: readonly ChannelSummary[];
  readonly people: readonly Person[];
  readonly roles: readonly Role[];
  readonly commands: readonly APIApplicationCommand[];
  readonly repositories: readonly PageRepository[];
  readonly applications: readonly PageApplication[];
}

/** The messages of one channel as one person sees them, oldest first. */
export interface MessagesSnapshot {
  readonly channelId: string;
  readonly viewerId: string;
  readonly messages: readonly MessageView[];
}

export interface CommandRequest {
  readonly personId: string;
  readonly channelId: string;
  readonly name: string;
  readonly options: CommandOptions;
}

export interface AutocompleteRequest extends CommandRequest {
  readonly focused: string;
}

export interface ButtonRequest {
  readonly personId: string;
  readonly messageId: string;
  readonly customId: string;
}

export interface ModalRequest {
  readonly personId: string;
  readonly interactionId: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface CommitRequest {
  readonly repository: string;
  readonly branch: string;
  readonly message: string;
  /** False pushes a commit whose application does not come up. */
  readonly healthy: boolean;
}

export type InteractionAnswer =
  | { readonly kind: "interaction"; readonly interaction: InteractionView }
  /** Discord's own client would not have sent it. */
  | { readonly kind: "refused"; readonly reason: string };

export interface AutocompleteAnswer {
  readonly choices: readonly Choice[];
}

export type CommitAnswer =
  | { readonly kind: "pushed"; readonly sha: string }
  | { readonly kind: "refused"; readonly reason: string };

export interface SwitchRequest {
  readonly label: string;
  /** Whether the application is to run. */
  readonly running: boolean;
}

export type SwitchAnswer =
  | { readonly kind: "switched" }
  | { readonly kind: "refused"; readonly reason: string };

export interface BranchHead {
  readonly sha: string;
}
