import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { lookUpHistory, lookUpStatus } from "../app/look-up.js";
import type { DeploymentRequest, RequestOutcome } from "../app/request-deployment.js";
import type { Config, Language } from "../config/schema.js";
import type { RefSuggestion } from "../github/ref-suggestions.js";
import type { Reply } from "./messages/replies.js";

/** The use cases, as commands see them. */
export interface App {
  readonly config: Config;
  /** Whether Redis can be reached: without it nothing can be looked up or started. */
  available(): boolean;
  requestDeployment(request: DeploymentRequest): Promise<RequestOutcome>;
  status(filter: Parameters<typeof lookUpStatus>[1]): ReturnType<typeof lookUpStatus>;
  history(request: Parameters<typeof lookUpHistory>[1]): ReturnType<typeof lookUpHistory>;
  suggestRefs(repository: string, branch: string, typed: string): Promise<readonly RefSuggestion[]>;
}

/** Who typed a command, and in which language they read. */
export interface Invocation {
  /** Discord's id of the interaction: the same when Discord delivers it twice. */
  readonly id: string;
  readonly person: DeploymentRequest["person"];
  readonly language: Language;
  readonly options: Options;
}

/** What was typed. Discord has checked types and required options; a missing one is undefined. */
export interface Options {
  text(name: string): string | undefined;
  /** @throws Error when Discord let a required option out */
  requiredText(name: string): string;
  integer(name: string): number | undefined;
}

export interface Suggestion {
  readonly name: string;
  readonly value: string;
}

/** One slash command. Its answer goes only to the person who typed it. */
export interface Command {
  readonly definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  execute(invocation: Invocation, app: App): Promise<Reply>;
  /** Proposes values for the option that is being typed, the best first. */
  suggest?(option: string, typed: string, options: Options, app: App): Promise<readonly Suggestion[]>;
}
