import { once } from "node:events";
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  ContainerBuilder,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Scene, startClient, startScene } from "./start-client.js";

let scene: Scene;
let client: Client<true>;

beforeEach(async () => {
  scene = await startScene({ limits: { identifyIntervalMs: 0 } });
  client = await startClient(scene.discord);
});

afterEach(async () => {
  await client.destroy();
  await scene.discord.close();
});

function onInteraction(answer: (interaction: Interaction) => Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on(Events.InteractionCreate, (interaction) => {
      answer(interaction).then(() => resolve(), reject);
    });
  });
}

async function registerDeploy(): Promise<void> {
  const deploy = new SlashCommandBuilder()
    .setName("deploy")
    .setDescription("Deploys")
    .setDescriptionLocalizations({ fr: "Déploie" })
    .addStringOption((option) =>
      option.setName("environment").setDescription("Where").setRequired(true).setAutocomplete(true),
    )
    .addIntegerOption((option) => option.setName("count").setDescription("How many").setMaxValue(3))
    .addUserOption((option) => option.setName("who").setDescription("For whom"));
  await client.application.commands.set([deploy], scene.discord.guildId);
}

async function textChannel() {
  const channel = await client.channels.fetch(scene.channel.id);
  if (!channel?.isSendable()) throw new Error("The channel takes no messages");
  return channel;
}

describe("a discord.js client", () => {
  it("logs in and sees the guild", () => {
    const guild = client.guilds.cache.get(scene.discord.guildId);

    expect(guild?.available).toBe(true);
    expect(guild?.channels.cache.get(scene.channel.id)?.name).toBe("deploys");
    expect(scene.discord.botOnline()).toBe(true);
  });

  it("registers commands and reads them back", async () => {
    await registerDeploy();

    const commands = await client.application.commands.fetch({
      guildId: scene.discord.guildId,
      withLocalizations: true,
    });

    expect(commands.first()?.descriptionLocalizations).toEqual({ fr: "Déploie" });
    expect(scene.discord.commands().map(({ name }) => name)).toEqual(["deploy"]);
  });

  it("answers a command with its typed and resolved options", async () => {
    await registerDeploy();
    const { discord, person, channel } = scene;
    void onInteraction(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const { options } = interaction;
      const who = options.getUser("who")?.displayName;
      await interaction.reply(`${options.getString("environment")} ${options.getInteger("count")} ${who}`);
    });

    const view = await discord.runCommand(person.id, channel.id, "deploy", {
      environment: "uat",
      count: 2,
      who: person.id,
    });

    expect(view.state).toBe("answered");
    expect(view.message?.content).toBe("uat 2 Ada");
    expect(view.message?.interaction).toEqual({ person: person.id, name: "deploy" });
  });

  it("defers and then edits its answer", async () => {
    await registerDeploy();
    const { discord, person, channel } = scene;
    let edit: (() => Promise<unknown>) | undefined;
    void onInteraction(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      edit = () => interaction.editReply("done");
    });

    const first = await discord.runCommand(person.id, channel.id, "deploy", { environment: "uat" });
    await expect.poll(() => edit).toBeDefined();
    await edit?.();
    const reply = await discord.waitForReply(first.id);

    expect(first.state).toBe("thinking");
    expect(reply.content).toBe("done");
    expect(reply.ephemeralFor).toBe(person.id);
    expect(reply.edits).toBe(0);
    expect(discord.interaction(first.id).state).toBe("answered");
  });

  it("offers choices while an option is typed", async () => {
    await registerDeploy();
    void onInteraction(async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const focused = interaction.options.getFocused(true);
      await interaction.respond([{ name: `${focused.name}:${focused.value}`, value: "uat" }]);
    });

    const choices = await scene.discord.autocomplete(
      scene.person.id,
      scene.channel.id,
      "deploy",
      { environment: "u" },
      "environment",
    );

    expect(choices).toEqual([{ name: "environment:u", value: "uat" }]);
  });

  it("posts a message with a file and edits it, keeping one file and adding another", async () => {
    const channel = await textChannel();
    const message = await channel.send({
      content: "log",
      files: [{ attachment: Buffer.from("one"), name: "a.txt" }],
    });

    const kept = message.attachments.map((attachment) => attachment);
    await message.edit({
      content: "logs",
      attachments: kept,
      files: [{ attachment: Buffer.from("two"), name: "b.txt" }],
    });

    const [seen] = scene.discord.messages(scene.channel.id);
    expect(seen?.content).toBe("logs");
    expect(seen?.edits).toBe(1);
    expect(seen?.attachments.map(({ filename }) => filename)).toEqual(["a.txt", "b.txt"]);
    const second = await fetch(seen?.attachments[1]?.url ?? "");
    expect(await second.text()).toBe("two");
  });

  it("posts components of version 2 with a file in them", async () => {
    const channel = await textChannel();
    const container = new ContainerBuilder()
      .addTextDisplayComponents(new TextDisplayBuilder().setContent("# UAT"))
      .addFileComponents((file) => file.setURL("attachment://log.txt"));

    await channel.send({
      components: [container],
      files: [{ attachment: Buffer.from("x"), name: "log.txt" }],
      flags: MessageFlags.IsComponentsV2,
    });

    const [seen] = scene.discord.messages(scene.channel.id);
    expect(JSON.stringify(seen?.components)).toContain(seen?.attachments[0]?.url);
  });

  it("receives a button, opens a modal and receives what is filled in", async () => {
    const channel = await textChannel();
    const button = new ButtonBuilder().setCustomId("go").setLabel("Go").setStyle(ButtonStyle.Primary);
    const message = await channel.send({
      content: "ready?",
      components: [new ActionRowBuilder<ButtonBuilder>().addComponents(button)],
    });
    const input = new TextInputBuilder().setCustomId("word").setStyle(TextInputStyle.Short).setMaxLength(6);
    const modal = new ModalBuilder()
      .setCustomId("confirm")
      .setTitle("Confirm")
      .addLabelComponents(new LabelBuilder().setLabel("Type DEPLOY").setTextInputComponent(input));
    void onInteraction(async (interaction) => {
      if (interaction.isButton()) await interaction.showModal(modal);
      if (interaction.isModalSubmit() && interaction.isFromMessage()) {
        const word = interaction.fields.getTextInputValue("word");
        await interaction.update({ content: `got ${word}`, components: [] });
      }
    });

    const opened = await scene.discord.pressButton(scene.person.id, message.id, "go");
    const submitted = await scene.discord.submitModal(scene.person.id, opened.id, { word: "DEPLOY" });

    expect(opened.modal?.inputs[0]).toMatchObject({ label: "Type DEPLOY", style: "short", maxLength: 6 });
    expect(submitted.message?.id).toBe(message.id);
    expect(submitted.message?.content).toBe("got DEPLOY");
  });

  it("answers a button later and follows up", async () => {
    const channel = await textChannel();
    const button = new ButtonBuilder().setCustomId("go").setLabel("Go").setStyle(ButtonStyle.Primary);
    const message = await channel.send({
      content: "ready?",
      components: [new ActionRowBuilder<ButtonBuilder>().addComponents(button)],
    });
    void onInteraction(async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.deferUpdate();
      await interaction.followUp({ content: "only you", flags: MessageFlags.Ephemeral });
    });

    const pressed = await scene.discord.pressButton(scene.person.id, message.id, "go");
    const reply = await scene.discord.waitForReply(pressed.id);

    expect(pressed.message?.id).toBe(message.id);
    expect(reply.content).toBe("only you");
    expect(scene.discord.messages(scene.channel.id)).toHaveLength(1);
    expect(scene.discord.messages(scene.channel.id, scene.person.id)).toHaveLength(2);
  });

  it("resumes after a closed gateway and gets what it missed", async () => {
    await registerDeploy();
    const { discord, person, channel } = scene;
    void onInteraction(async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply("still here");
    });
    const resumed = once(client, Events.ShardResume);

    discord.queueFault({ fault: { kind: "close-gateway", code: 4000 } });
    await expect.poll(() => discord.botOnline()).toBe(false);
    const view = await discord.runCommand(person.id, channel.id, "deploy", { environment: "uat" });
    await resumed;

    expect(view.message?.content).toBe("still here");
    expect(discord.identifies).toBe(1);
  });

  it("identifies anew when its session is gone", async () => {
    const { discord } = scene;
    // The client does not come to an end while it still waits for READY: the stand-in knows of the session before it does.
    const ready = once(client, Events.ShardReady);

    discord.queueFault({ fault: { kind: "close-gateway", code: 4009 } });
    await ready;

    expect(discord.identifies).toBe(2);
    expect(discord.botOnline()).toBe(true);
  });

  it("retries after a real 429", async () => {
    const channel = await textChannel();
    scene.discord.queueFault({
      fault: { kind: "status", status: 429, retryAfterSeconds: 0.1 },
      method: "POST",
      path: /\/messages$/,
    });

    await channel.send("through");

    const statuses = scene.discord.requests
      .filter(({ method }) => method === "POST")
      .map(({ status }) => status);
    expect(statuses).toEqual([429, 200]);
    expect(scene.discord.invalidRequests).toBe(1);
  });
});
