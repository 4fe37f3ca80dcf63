import type { Changes } from "../changes.js";
import { refusals } from "../discord-error.js";
import type { Channel, Person, Role } from "../types.js";

/** A channel as the stand-in keeps it. */
export interface GuildChannel extends Channel {
  readonly botAccess: boolean;
}

/** A person as the stand-in keeps it. */
export interface Member extends Person {
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
}

/** The application and its bot user. */
export interface Bot {
  readonly applicationId: string;
  readonly name: string;
  /** The role that Discord makes for each bot. */
  readonly roleId: string;
  readonly joinedAt: number;
  /** Privileged intents switched on for the application. */
  readonly privilegedIntents: number;
  /** False from a kick to the next invitation. */
  isMember: boolean;
}

interface GuildParts {
  readonly privilegedIntents: number;
  readonly newId: () => string;
  readonly now: () => number;
  readonly changes: Changes;
}

/** The one guild of the stand-in: its roles, channels and people. */
export class Guild {
  readonly id: string;
  readonly name = "Slipway sandbox";
  readonly ownerId: string;
  readonly bot: Bot;
  readonly roles = new Map<string, Role>();
  readonly channels = new Map<string, GuildChannel>();
  readonly people = new Map<string, Member>();
  readonly #parts: GuildParts;

  constructor(parts: GuildParts) {
    this.#parts = parts;
    this.id = parts.newId();
    this.ownerId = parts.newId();
    this.bot = {
      applicationId: parts.newId(),
      name: "Slipway",
      roleId: parts.newId(),
      joinedAt: parts.now(),
      privilegedIntents: parts.privilegedIntents,
      isMember: true,
    };
  }

  addRole(name: string, color: number): Role {
    const role = { id: this.#parts.newId(), name, color };
    this.roles.set(role.id, role);
    this.#parts.changes.emit({ kind: "guild" });
    return role;
  }

  addChannel(name: string, botAccess: boolean): GuildChannel {
    const channel = { id: this.#parts.newId(), name, botAccess };
    this.channels.set(channel.id, channel);
    this.#parts.changes.emit({ kind: "guild", channelId: channel.id });
    return channel;
  }

  /** @throws Error when a role does not exist */
  addPerson(person: { name: string; roles?: readonly string[]; locale?: string }): Member {
    const { name, roles = [], locale = "en-US" } = person;
    this.#requireRoles(roles);
    const member = { id: this.#parts.newId(), name, roles: [...roles], locale, joinedAt: this.#parts.now() };
    this.people.set(member.id, member);
    this.#parts.changes.emit({ kind: "guild" });
    return member;
  }

  /** @throws Error when the person or a role does not exist */
  setRoles(personId: string, roles: readonly string[]): Member {
    this.#requireRoles(roles);
    const member = { ...this.person(personId), roles: [...roles] };
    this.people.set(personId, member);
    this.#parts.changes.emit({ kind: "guild" });
    return member;
  }

  /** @throws Error when there is none such */
  person(id: string): Member {
    const person = this.people.get(id);
    if (!person) throw new Error(`No person ${id} in the guild`);
    return person;
  }

  /** @throws Error when there is none such */
  channel(id: string): GuildChannel {
    const channel = this.channels.get(id);
    if (!channel) throw new Error(`No channel ${id} in the guild`);
    return channel;
  }

  /** A channel for the bot. @throws DiscordError 10003 or 50001 */
  channelForBot(id: string): GuildChannel {
    const channel = this.channels.get(id);
    if (!channel) throw refusals.unknownChannel();
    if (!channel.botAccess || !this.bot.isMember) throw refusals.missingAccess();
    return channel;
  }

  #requireRoles(roles: readonly string[]): void {
    const unknown = roles.find((id) => !this.roles.has(id));
    if (unknown !== undefined) throw new Error(`No role ${unknown} in the guild`);
  }
}
