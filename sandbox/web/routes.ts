import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { DiscordStandIn, InteractionView } from "../discord/types.js";
import type { GitHubStandIn } from "../github/types.js";
import type {
  AutocompleteAnswer,
  BranchHead,
  CommitAnswer,
  InteractionAnswer,
  SwitchAnswer,
} from "./common/wire.js";
import { contentType } from "./content-type.js";
import type { WebActions } from "./web-actions.js";

const id = z.string().regex(/^\d{1,20}$/);
const CommandRequest = z.strictObject({
  personId: id,
  channelId: id,
  name: z.string().min(1).max(100),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
const AutocompleteRequest = CommandRequest.extend({ focused: z.string() });
const ButtonRequest = z.strictObject({ personId: id, messageId: id, customId: z.string().max(100) });
const ModalRequest = z.strictObject({
  personId: id,
  interactionId: id,
  values: z.record(z.string(), z.string()),
});
const CommitRequest = z.strictObject({
  repository: z.string().min(1),
  branch: z.string().min(1),
  message: z.string().min(1).max(10_000),
  healthy: z.boolean(),
});
const SwitchRequest = z.strictObject({ label: z.string().min(1), running: z.boolean() });
const HeadQuery = z.object({ repository: z.string(), branch: z.string() });
const IdParams = z.object({ id });

/** What the page may ask for: the same things that a person can do in Discord, and pushing a commit. */
export function addActionRoutes(server: FastifyInstance, discord: DiscordStandIn, actions: WebActions): void {
  server.post("/api/commands", ({ body }) => {
    const { personId, channelId, name, options } = CommandRequest.parse(body);
    return interact(() => discord.runCommand(personId, channelId, name, options));
  });
  server.post("/api/autocomplete", async ({ body }): Promise<AutocompleteAnswer> => {
    const { personId, channelId, name, options, focused } = AutocompleteRequest.parse(body);
    // Discord's client shows an empty list when a bot fails here, never an error.
    const choices = await discord.autocomplete(personId, channelId, name, options, focused).catch(() => []);
    return { choices };
  });
  server.post("/api/buttons", ({ body }) => {
    const { personId, messageId, customId } = ButtonRequest.parse(body);
    return interact(() => discord.pressButton(personId, messageId, customId));
  });
  server.post("/api/modals", ({ body }) => {
    const { personId, interactionId, values } = ModalRequest.parse(body);
    return interact(() => discord.submitModal(personId, interactionId, values));
  });
  server.post("/api/commits", async ({ body }): Promise<CommitAnswer> => {
    const commit = CommitRequest.parse(body);
    return actions.pushCommit(commit).then(
      ({ sha }) => ({ kind: "pushed", sha }),
      (error: unknown) => ({ kind: "refused", reason: reasonOf(error) }),
    );
  });
}

/** @param onSwitched told when an application was stopped or started: nobody else sees that */
export function addSwitchRoute(server: FastifyInstance, actions: WebActions, onSwitched: () => void): void {
  server.post("/api/applications", async ({ body }): Promise<SwitchAnswer> => {
    const answer = await actions.switchApplication(SwitchRequest.parse(body)).then(
      () => ({ kind: "switched" }) as const,
      (error: unknown) => ({ kind: "refused", reason: reasonOf(error) }) as const,
    );
    onSwitched();
    return answer;
  });
}

export function addAttachmentRoute(server: FastifyInstance, discord: DiscordStandIn): void {
  server.get("/attachments/:id", async ({ params }, reply) => {
    const bytes = findAttachment(discord, IdParams.parse(params).id);
    if (bytes === undefined) return reply.code(404).send({ error: "no such attachment" });
    return reply.type(contentType(bytes)).header("content-disposition", "attachment").send(bytes);
  });
}

function findAttachment(discord: DiscordStandIn, attachmentId: string): Buffer | undefined {
  try {
    return discord.attachment(attachmentId);
  } catch {
    return undefined;
  }
}

/** Where a branch stands, of those that the page may push to. */
export function addHeadRoute(
  server: FastifyInstance,
  github: Pick<GitHubStandIn, "headOf">,
  actions: WebActions,
): void {
  server.get("/api/head", async ({ query }, reply): Promise<BranchHead | undefined> => {
    const { repository, branch } = HeadQuery.parse(query);
    const known = actions.repositories().find(({ fullName }) => fullName === repository);
    if (!known?.branches.includes(branch)) return reply.code(404).send({ error: "no such branch" });
    return { sha: await github.headOf(repository, branch) };
  });
}

/** The stand-in throws for what Discord's own client would not send; the page shows the reason inline. */
async function interact(action: () => Promise<InteractionView>): Promise<InteractionAnswer> {
  try {
    return { kind: "interaction", interaction: await action() };
  } catch (error) {
    return { kind: "refused", reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
