import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  Client,
  ComponentType,
  Events,
  GatewayIntentBits,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
  REST,
  type RESTPatchAPIChannelMessageJSONBody,
  type RESTPostAPIChannelMessageJSONBody,
  type RESTPostAPIChannelMessageResult,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  Routes,
  TextInputStyle,
} from "discord.js";
import type { DiscordStandIn } from "../../../sandbox/discord/types.js";

export interface SampleFile {
  readonly name: string;
  readonly content: string;
}

/** A bot that does just enough for the page to have something to show. */
export interface SampleBot {
  send(channelId: string, body: RESTPostAPIChannelMessageJSONBody, file?: SampleFile): Promise<string>;
  edit(channelId: string, messageId: string, body: RESTPatchAPIChannelMessageJSONBody): Promise<void>;
  close(): Promise<void>;
}

const deploy = {
  name: "deploy",
  description: "Deploy a release",
  description_localizations: { fr: "Déployer une version" },
  options: [
    {
      type: ApplicationCommandOptionType.String,
      name: "environment",
      name_localizations: { fr: "environnement" },
      description: "Where to",
      required: true,
      autocomplete: true,
    },
    { type: ApplicationCommandOptionType.String, name: "ref", description: "What", autocomplete: true },
  ],
} satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

const silence = {
  name: "silence",
  description: "Never answers",
} satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export async function startSampleBot(discord: DiscordStandIn): Promise<SampleBot> {
  const api = { api: discord.apiUrl };
  const rest = new REST(api).setToken(discord.botToken);
  await rest.put(Routes.applicationGuildCommands(discord.applicationId, discord.guildId), {
    body: [deploy, silence],
  });
  const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: api });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction));
  await client.login(discord.botToken);
  await ready;
  return {
    send: async (channelId, body, file) => {
      const files = file ? [{ name: file.name, data: Buffer.from(file.content) }] : [];
      const sent = await rest.post(Routes.channelMessages(channelId), { body, files });
      return (sent as RESTPostAPIChannelMessageResult).id;
    },
    edit: async (channelId, messageId, body) => {
      await rest.patch(Routes.channelMessage(channelId, messageId), { body });
    },
    close: () => client.destroy(),
  };
}

function answer(interaction: Interaction): Promise<unknown> | undefined {
  if (interaction.isAutocomplete()) return offer(interaction);
  if (interaction.isChatInputCommand() && interaction.commandName === "deploy") return reply(interaction);
  if (interaction.isButton() && interaction.customId !== "silence") return askForWord(interaction);
  if (interaction.isModalSubmit()) return confirm(interaction);
  return undefined;
}

function offer(interaction: AutocompleteInteraction): Promise<void> {
  const typed = interaction.options.getFocused();
  const { name } = interaction.options.getFocused(true);
  const all = name === "environment" ? ["uat", "preprod", "prod"] : ["main", "feature/new-basket", "v1.2.0"];
  return interaction.respond(
    all.filter((one) => one.includes(typed)).map((one) => ({ name: one, value: one })),
  );
}

/** Only production is refused, and only to the person who asked. */
function reply(interaction: ChatInputCommandInteraction): Promise<unknown> {
  const environment = interaction.options.getString("environment", true);
  const ref = interaction.options.getString("ref") ?? "main";
  return environment === "prod"
    ? interaction.reply({ content: "You may not deploy to prod.", flags: MessageFlags.Ephemeral })
    : interaction.reply({ content: `deploys ${ref} to ${environment}` });
}

function askForWord(interaction: ButtonInteraction): Promise<unknown> {
  return interaction.showModal({
    custom_id: `confirm-${interaction.customId}`,
    title: "Release production",
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.TextInput,
            custom_id: "word",
            label: "Type DEPLOY to confirm",
            style: TextInputStyle.Short,
            required: true,
            min_length: 6,
            max_length: 6,
          },
        ],
      },
    ],
  });
}

function confirm(interaction: ModalSubmitInteraction): Promise<unknown> {
  return interaction.reply({ content: `confirmed with ${interaction.fields.getTextInputValue("word")}` });
}
