import type { CommandOptions, DiscordOptions, InteractionView } from "../../../sandbox/discord/types.js";
import { RawGateway } from "./raw-gateway.js";
import { type RestAnswer, restCall } from "./rest-call.js";
import { type Scene, startScene } from "./start-client.js";

const commands = [
  {
    name: "deploy",
    description: "Deploys",
    options: [
      { type: 3, name: "environment", description: "Where", required: true, autocomplete: true },
      { type: 3, name: "strategy", description: "How", choices: [{ name: "Git", value: "git" }] },
      { type: 3, name: "ref", description: "What", max_length: 5 },
      { type: 4, name: "count", description: "How many", min_value: 1, max_value: 3 },
      { type: 5, name: "force", description: "Whether" },
      { type: 8, name: "role", description: "Whose" },
    ],
  },
  { name: "lock", description: "Locks", options: [{ type: 1, name: "take", description: "Takes" }] },
];

/** An interaction as the bot got it. */
export interface Arrived {
  readonly id: string;
  readonly token: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A guild with commands and a bot that answers only what the test tells it to. */
export class InteractionScene {
  readonly scene: Scene;
  readonly gateway: RawGateway;
  /** How far the stand-in's clock is ahead, in milliseconds. */
  elapsed = 0;

  private constructor(scene: Scene, gateway: RawGateway) {
    this.scene = scene;
    this.gateway = gateway;
  }

  static async start(options: DiscordOptions = {}): Promise<InteractionScene> {
    let ahead = () => 0;
    const scene = await startScene({ rateLimits: false, now: () => Date.now() + ahead(), ...options });
    const { applicationId, guildId } = scene.discord;
    const path = `/applications/${applicationId}/guilds/${guildId}/commands`;
    await restCall(scene.discord, "PUT", path, commands);
    const started = new InteractionScene(scene, await RawGateway.identified(scene.discord));
    ahead = () => started.elapsed;
    return started;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.scene.discord.close();
  }

  run(options: CommandOptions = { environment: "uat" }): Promise<InteractionView> {
    const { discord, person, channel } = this.scene;
    return discord.runCommand(person.id, channel.id, "deploy", options);
  }

  /** The interaction of this type that the bot got. */
  async arrived(type: number): Promise<Arrived> {
    const { d } = await this.gateway.first(
      (payload) => payload.t === "INTERACTION_CREATE" && payload.d["type"] === type,
    );
    return { id: String(d["id"]), token: String(d["token"]), data: d };
  }

  answer({ id, token }: Arrived, body: object, query = ""): Promise<RestAnswer> {
    return restCall(this.scene.discord, "POST", `/interactions/${id}/${token}/callback${query}`, body, {});
  }

  /** A request to the interaction's webhook. */
  webhook({ token }: Arrived, method: string, path: string, body?: object): Promise<RestAnswer> {
    const { discord } = this.scene;
    return restCall(discord, method, `/webhooks/${discord.applicationId}/${token}${path}`, body, {});
  }

  /** Runs the command and gives this first answer. */
  async answered(body: object): Promise<{ readonly interaction: Arrived; readonly view: InteractionView }> {
    const view = this.run();
    const interaction = await this.arrived(2);
    await this.answer(interaction, body);
    return { interaction, view: await view };
  }
}
