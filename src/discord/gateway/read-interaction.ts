import { ComponentType, InteractionType } from "discord-api-types/v10";
import { z } from "zod";

const Id = z.string().regex(/^\d{1,20}$/);
const Flag = z.literal(true).optional().catch(undefined);

const User = z.object({
  id: Id,
  username: z.string().catch("?"),
  global_name: z.string().nullable().catch(null),
});

const Member = z.object({ user: User, roles: z.array(Id).catch([]) });

interface OptionData {
  readonly type: number;
  readonly name: string;
  readonly value?: string | number | boolean | undefined;
  readonly focused?: true | undefined;
  readonly options?: readonly OptionData[] | undefined;
}

const Option: z.ZodType<OptionData> = z.lazy(() =>
  z.object({
    type: z.number(),
    name: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    focused: Flag,
    options: z.array(Option).optional(),
  }),
);

const CommandData = z.object({
  id: Id,
  name: z.string(),
  type: z.literal(1),
  options: z
    .array(Option)
    .nullish()
    .transform((options) => options ?? []),
});

const ButtonData = z.object({ custom_id: z.string(), component_type: z.literal(ComponentType.Button) });

const TextInput = z.object({
  type: z.literal(ComponentType.TextInput),
  custom_id: z.string(),
  value: z.string().catch(""),
});

/** Discord sends each field of a form in a row or in a label of its own; what is no text field is left out. */
const FormData = z.object({
  custom_id: z.string(),
  components: z
    .array(z.unknown())
    .catch([])
    .transform((rows) => rows.flatMap(textInputsOf)),
});

function textInputsOf(row: unknown): readonly object[] {
  const { components, component } = z
    .object({ components: z.array(z.unknown()).catch([]), component: z.unknown() })
    .catch({ components: [], component: undefined })
    .parse(row);
  return [...components, component].flatMap((field) => {
    const read = TextInput.safeParse(field);
    return read.success ? [{ type: ComponentType.ActionRow, components: [read.data] }] : [];
  });
}

const Message = z.object({ id: Id, author: User });

const Common = z.object({
  id: Id,
  application_id: Id,
  token: z.string().min(1),
  guild_id: Id.nullish().transform((id) => id ?? undefined),
  channel_id: Id.nullish().catch(undefined),
  channel: z.object({ id: Id }).nullish().catch(undefined),
  member: Member.nullish().catch(undefined),
  user: User.nullish().catch(undefined),
  locale: z.string().optional().catch(undefined),
});

const Interaction = z
  .discriminatedUnion("type", [
    Common.extend({ type: z.literal(InteractionType.ApplicationCommand), data: CommandData }),
    Common.extend({ type: z.literal(InteractionType.ApplicationCommandAutocomplete), data: CommandData }),
    Common.extend({ type: z.literal(InteractionType.MessageComponent), data: ButtonData, message: Message }),
    Common.extend({
      type: z.literal(InteractionType.ModalSubmit),
      data: FormData,
      // A form that a command opened has no message.
      message: Message.nullish().catch(undefined),
    }),
  ])
  .refine(({ member, user }) => (member ?? user) != null, "names nobody who did it");

/** What can still be answered of an interaction that cannot be read. */
const Answerable = z.object({
  id: Id,
  token: z.string().min(1),
  type: z.number(),
  locale: z.string().optional().catch(undefined),
});
export type Answerable = z.output<typeof Answerable>;

export type ReadInteraction =
  /** Only what Slipway uses, in the form that discord.js expects. */
  | { readonly kind: "read"; readonly data: object }
  /** A kind of interaction that Slipway has nothing for, such as a menu. */
  | { readonly kind: "other" }
  | { readonly kind: "unreadable"; readonly fault: string; readonly answerable: Answerable | undefined };

const TYPES: ReadonlySet<unknown> = new Set([
  InteractionType.ApplicationCommand,
  InteractionType.ApplicationCommandAutocomplete,
  InteractionType.MessageComponent,
  InteractionType.ModalSubmit,
]);

/**
 * Reads the data of INTERACTION_CREATE. discord.js throws on data that lack what it expects, so it gets an
 * interaction made of what was read here, in which everything that Slipway does not use is empty.
 *
 * @param usualLocale the language of a person of whom Discord does not say it
 */
export function readInteraction(data: unknown, usualLocale: string): ReadInteraction {
  const { type } = z.looseObject({ type: z.unknown() }).catch({ type: undefined }).parse(data);
  const read = Interaction.safeParse(data);
  if (!read.success) {
    if (typeof type === "number" && !TYPES.has(type)) return { kind: "other" };
    const answerable = Answerable.safeParse(data).data;
    return { kind: "unreadable", fault: z.prettifyError(read.error), answerable };
  }
  const { channel, channel_id, member, user, locale, message, ...rest } = {
    message: undefined,
    ...read.data,
  };
  // Discord has sent the channel's id in two places for years, and only in one of them at times.
  const channelId = channel_id ?? channel?.id;
  return {
    kind: "read",
    data: {
      ...rest,
      ...(channelId !== undefined && { channel: { id: channelId } }),
      ...(message && {
        message: { id: message.id, channel_id: channelId, author: userData(message.author) },
      }),
      ...(member && { member: { ...member, user: userData(member.user), permissions: "0" } }),
      ...(user && { user: userData(user) }),
      version: 1,
      locale: locale ?? usualLocale,
      app_permissions: "0",
      entitlements: [],
      authorizing_integration_owners: {},
    },
  };
}

function userData(user: z.output<typeof User>): object {
  return { ...user, discriminator: "0", avatar: null };
}
