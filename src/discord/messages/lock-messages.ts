import {
  type APIEmbed,
  type APIEmbedField,
  ButtonStyle,
  ComponentType,
  type RESTPostAPIChannelMessageJSONBody,
} from "discord-api-types/v10";
import type { Language } from "../../config/schema.js";
import type { LockScope, ManualFreeze, PersonLock } from "../../deployments/locks.js";
import type { Actor } from "../../deployments/record.js";
import { lockWordsEn } from "../locales/lock-words.en.js";
import { lockWordsFr } from "../locales/lock-words.fr.js";
import type { LockEvent, LockWords } from "../locales/lock-words.js";
import { actorText, endText, relativeTime } from "./format.js";
import { plain } from "./text.js";

const WORDS: Readonly<Record<Language, LockWords>> = { en: lockWordsEn, fr: lockWordsFr };

const REASON_LENGTH = 400;
const NAME_LENGTH = 80;
const SNOWFLAKE = /^\d{17,20}$/;

const EMOJI: Readonly<Record<LockEvent, string>> = {
  locked: "🔒",
  renewed: "🔒",
  unlocked: "🔓",
  reminder: "⏰",
  expired: "🔓",
  frozen: "🧊",
  unfrozen: "▶️",
  thawed: "▶️",
};

/** Discord's own palette: yellow stops some, blurple stops all, green lets go on. */
const COLOUR: Readonly<Record<LockEvent, number>> = {
  locked: 0xf0b232,
  renewed: 0xf0b232,
  unlocked: 0x23a55a,
  reminder: 0xf0b232,
  expired: 0x23a55a,
  frozen: 0x5865f2,
  unfrozen: 0x23a55a,
  thawed: 0x23a55a,
};

export type LockMessageBody = Pick<
  RESTPostAPIChannelMessageJSONBody,
  "content" | "embeds" | "components" | "allowed_mentions"
>;

export function lockWords(language: Language): LockWords {
  return WORDS[language];
}

export function lockedMessage(lock: PersonLock, language: Language): LockMessageBody {
  const words = lockWords(language);
  const event = lock.renewedAt === undefined ? "locked" : "renewed";
  const fields = [field(words.fields.owner, actorText(lock.owner)), endField(lock.expiresAt, words)];
  return notice(event, lock, { hint: words.hint.locked, fields }, words);
}

/** The owner is called when it was somebody else. */
export function unlockedMessage(lock: PersonLock, by: Actor, language: Language): LockMessageBody {
  const words = lockWords(language);
  const hint = words.hint.unlocked(actorText(by));
  const calls = by.userId === lock.owner.userId ? undefined : lock.owner;
  return notice("unlocked", lock, { hint, fields: ownerFields(lock, words), calls }, words);
}

/** @param customId of the *Unlock* button */
export function reminderMessage(lock: PersonLock, customId: string, language: Language): LockMessageBody {
  const words = lockWords(language);
  const hint = words.hint.reminder(relativeTime(lock.expiresAt));
  return {
    ...notice("reminder", lock, { hint, fields: ownerFields(lock, words), calls: lock.owner }, words),
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            ...{ type: ComponentType.Button, style: ButtonStyle.Secondary, custom_id: customId },
            ...{ label: words.unlockButton, emoji: { name: "🔓" } },
          },
        ],
      },
    ],
  };
}

export function expiredMessage(lock: PersonLock, language: Language): LockMessageBody {
  const words = lockWords(language);
  return notice("expired", lock, { hint: words.hint.free, fields: ownerFields(lock, words) }, words);
}

export function frozenMessage(freeze: ManualFreeze, language: Language): LockMessageBody {
  const words = lockWords(language);
  const fields = [field(words.fields.frozenBy, actorText(freeze.by)), endField(freeze.expiresAt, words)];
  return notice("frozen", freeze, { hint: words.hint.frozen, fields }, words);
}

/** @param by undefined when its time is over */
export function unfrozenMessage(
  freeze: ManualFreeze,
  by: Actor | undefined,
  language: Language,
): LockMessageBody {
  const words = lockWords(language);
  const event = by === undefined ? "thawed" : "unfrozen";
  const fields = [
    field(words.fields.frozenBy, actorText(freeze.by)),
    ...(by === undefined ? [] : [field(words.fields.liftedBy, actorText(by))]),
    field(words.fields.since, relativeTime(freeze.since)),
  ];
  return notice(event, freeze, { hint: words.hint.free, fields }, words);
}

export function reasonText(
  lock: Pick<PersonLock, "reason" | "unreadable">,
  what: "lock" | "freeze",
  words: LockWords,
): string {
  return lock.unreadable === true
    ? words.unreadable[what]
    : plain(lock.reason, REASON_LENGTH) || words.noReason;
}

/** `shop / prod`, or `shop / all environments`. */
export function scopeText({ project, environment }: LockScope, words: LockWords): string {
  const where = environment === undefined ? words.allEnvironments : plain(environment, NAME_LENGTH);
  return `${plain(project, NAME_LENGTH)} / ${where}`;
}

interface Notice {
  readonly hint: string;
  readonly fields: readonly APIEmbedField[];
  /** Who is notified. */
  readonly calls?: Actor | undefined;
}

function notice(
  event: LockEvent,
  lock: PersonLock | ManualFreeze,
  { hint, fields, calls }: Notice,
  words: LockWords,
): LockMessageBody {
  const reason = reasonText(lock, "owner" in lock ? "lock" : "freeze", words);
  const embed: APIEmbed = {
    color: COLOUR[event],
    description: `> ${reason}\n\n${hint}`,
    fields: [...fields],
    footer: {
      text: `${lock.project} · ${lock.environment ?? words.allEnvironments}`,
    },
  };
  const called = calls !== undefined && SNOWFLAKE.test(calls.userId) ? calls.userId : undefined;
  const headline = `${EMOJI[event]} **${words.headline[event](headlineScope(lock, words))}**`;
  return {
    content: called === undefined ? headline : `${headline} · <@${called}>`,
    embeds: [embed],
    allowed_mentions: called === undefined ? { parse: [] } : { parse: [], users: [called] },
  };
}

function headlineScope({ project, environment }: LockScope, words: LockWords): string {
  return environment === undefined
    ? `${project.toUpperCase()} (${words.allEnvironments})`
    : environment.toUpperCase();
}

function ownerFields({ owner, since }: PersonLock, { fields }: LockWords): readonly APIEmbedField[] {
  return [field(fields.owner, actorText(owner)), field(fields.since, relativeTime(since))];
}

function endField(at: number | undefined, words: LockWords): APIEmbedField {
  return field(words.fields.until, at === undefined ? words.untilUnfrozen : endText(at));
}

function field(name: string, value: string): APIEmbedField {
  return { name, value, inline: true };
}
