/**
 * `discord-api-spec` ships its schemas as JavaScript without declarations. Each schema that the stand-in uses is
 * declared here with the `discord-api-types` type of the same body.
 */
declare module "discord-api-spec/zod" {
  import type {
    APIApplicationCommandAutocompleteResponse,
    APIInteractionResponseChannelMessageWithSource,
    APIInteractionResponseUpdateMessage,
    APIModalInteractionResponse,
    RESTPatchAPIChannelMessageJSONBody,
    RESTPatchAPIWebhookWithTokenMessageJSONBody,
    RESTPostAPIChannelMessageJSONBody,
    RESTPostAPIWebhookWithTokenJSONBody,
  } from "discord-api-types/v10";
  import type { ZodMiniObject, ZodMiniType } from "zod/mini";

  type Body<T> = ZodMiniType<T, unknown>;

  export const ApplicationCommandUpdateRequestSchema: ZodMiniObject;
  export const ApplicationCommandPatchRequestPartialSchema: ZodMiniObject;
  export const MessageCreateRequestSchema: Body<RESTPostAPIChannelMessageJSONBody>;
  export const MessageEditRequestPartialSchema: Body<RESTPatchAPIChannelMessageJSONBody>;
  export const IncomingWebhookRequestPartialSchema: Body<RESTPostAPIWebhookWithTokenJSONBody>;
  export const IncomingWebhookUpdateRequestPartialSchema: Body<RESTPatchAPIWebhookWithTokenMessageJSONBody>;
  export const CreateMessageInteractionCallbackRequestSchema: Body<APIInteractionResponseChannelMessageWithSource>;
  export const UpdateMessageInteractionCallbackRequestSchema: Body<APIInteractionResponseUpdateMessage>;
  export const ApplicationCommandAutocompleteCallbackRequestSchema: Body<APIApplicationCommandAutocompleteResponse>;
  export const ModalInteractionCallbackRequestSchema: Body<APIModalInteractionResponse>;
}
