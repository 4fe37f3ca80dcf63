import { GatewayIntentBits } from "discord-api-types/v10";
import { apiChannel, apiRoles, guildCreateData, personMember } from "./guild/guild-payloads.js";
import { PeopleActions } from "./interactions/people-actions.js";
import { GUARD_MS, visibleMessages, waitForMessage } from "./messages/visible-messages.js";
import type { RestFaults } from "./rest/faults.js";
import type { InvalidRequests } from "./rest/invalid-requests.js";
import type { RequestLog } from "./rest/request-log.js";
import type { DiscordStandIn, FaultRule } from "./types.js";
import type { World } from "./world.js";

interface RestParts {
  readonly botToken: string;
  readonly faults: RestFaults;
  readonly requests: RequestLog;
  readonly invalid: InvalidRequests;
}

/** Puts the parts together to what tests and the sandbox page use. */
export function createStandIn(world: World, rest: RestParts, close: () => Promise<void>): DiscordStandIn {
  const people = new PeopleActions(world);
  return {
    apiUrl: `${world.publicUrl}/api`,
    botToken: rest.botToken,
    applicationId: world.guild.bot.applicationId,
    guildId: world.guild.id,
    requests: rest.requests.records,
    get invalidRequests() {
      return rest.invalid.count();
    },
    get identifies() {
      return world.gateway.budget.total;
    },
    ...guildActions(world),
    commands: () => world.commands.list(),
    botOnline: () => world.gateway.isOnline(),
    get handshakes() {
      return world.gateway.handshakes;
    },
    get gatewaySockets() {
      return world.gateway.sockets;
    },
    dispatchRaw: (event, data) => world.gateway.dispatch(event, data),
    bendNextInteraction: (bend) => people.bendNext(bend),
    kickBot: () => {
      world.guild.bot.isMember = false;
      world.commands.overwrite([]);
      world.gateway.dispatch("GUILD_DELETE", { id: world.guild.id }, GatewayIntentBits.Guilds);
    },
    inviteBot: () => {
      world.guild.bot.isMember = true;
      world.gateway.dispatch("GUILD_CREATE", guildCreateData(world.guild, false), GatewayIntentBits.Guilds);
    },
    runCommand: (person, channel, name, options = {}) => people.runCommand(person, channel, name, options),
    autocomplete: (person, channel, name, options, focused) =>
      people.autocomplete(person, channel, name, options, focused),
    pressButton: (person, message, customId) => people.pressButton(person, message, customId),
    forgeButton: (person, channel, message, customId) =>
      people.forgeButton(person, channel, message, customId),
    submitModal: (person, interaction, values) => people.submitModal(person, interaction, values),
    say: (person, channel, content) => people.say(person, channel, content),
    interaction: (id) => people.interaction(id),
    messages: (channel, viewer) => visibleMessages(world, channel, viewer),
    waitForMessage: (channel, predicate, options = {}) => waitForMessage(world, channel, predicate, options),
    waitForReply: (id, { timeoutMs = GUARD_MS } = {}) => people.waitForReply(id, timeoutMs),
    attachment: (id) => attachmentBytes(world, id),
    queueFault: (rule) => queueFault(world, rest.faults, rule),
    clearFaults: () => {
      rest.faults.clear();
      world.gateway.clearFaults();
    },
    onChange: (listener) => world.changes.subscribe(listener),
    close,
  };
}

type GuildActions = Pick<
  DiscordStandIn,
  "addRole" | "addChannel" | "addPerson" | "setRoles" | "roles" | "channels" | "people"
>;

function guildActions({ guild, gateway }: World): GuildActions {
  const guild_id = guild.id;
  return {
    addRole: (name, color = 0) => {
      const role = guild.addRole(name, color);
      const data = { guild_id, role: apiRoles(guild).find(({ id }) => id === role.id) };
      gateway.dispatch("GUILD_ROLE_CREATE", data, GatewayIntentBits.Guilds);
      return role;
    },
    addChannel: (name, { botAccess = true } = {}) => {
      const channel = guild.addChannel(name, botAccess);
      if (botAccess) gateway.dispatch("CHANNEL_CREATE", apiChannel(guild, channel), GatewayIntentBits.Guilds);
      return channel;
    },
    addPerson: (person) => {
      const member = guild.addPerson(person);
      const data = { ...personMember(member), guild_id };
      gateway.dispatch("GUILD_MEMBER_ADD", data, GatewayIntentBits.GuildMembers);
      return member;
    },
    setRoles: (personId, roles) => {
      const data = { ...personMember(guild.setRoles(personId, roles)), guild_id };
      gateway.dispatch("GUILD_MEMBER_UPDATE", data, GatewayIntentBits.GuildMembers);
    },
    roles: () => [...guild.roles.values()],
    channels: () => [...guild.channels.values()],
    people: () => [...guild.people.values()],
  };
}

function attachmentBytes(world: World, id: string): Buffer {
  const attachment = world.messages.attachment(id);
  if (!attachment) throw new Error(`No attachment ${id}`);
  return attachment.bytes;
}

function queueFault(world: World, faults: RestFaults, rule: FaultRule): void {
  const { fault, times = 1 } = rule;
  if (fault.kind === "close-gateway") world.gateway.closeSessions(fault.code, times);
  else if (fault.kind === "refuse-upgrade") world.gateway.refuseUpgrades(fault.status, times);
  else if (fault.kind === "mute-gateway") world.gateway.mute();
  else if (fault.kind === "invalid-session") world.gateway.invalidateSessions(fault.resumable);
  else faults.add(rule, fault);
}
