import type { MessageView, Person } from "../../../discord/types.js";
import { safeUrl } from "../../common/safe-url.js";
import type { GuildSnapshot } from "../../common/wire.js";
import { attachmentPath } from "../api.js";
import { cssColor } from "../format.js";
import type { Page } from "../state/page.js";

/** What the parts of one message need to draw themselves. */
export interface MessageContext {
  readonly page: Page;
  readonly guild: GuildSnapshot;
  readonly message: MessageView;
  /** Who looks at it. */
  readonly viewer: Person | undefined;
  /** Discord locale of the viewer, which is also a BCP 47 tag. */
  readonly locale: string;
}

/** A picture is only shown when the message itself carries it: the page fetches nothing from elsewhere. */
export function pictureUrl(message: MessageView, url: string | undefined): string | undefined {
  return mediaUrl(message, url)?.startsWith("/") ? mediaUrl(message, url) : undefined;
}

/** Where a file or picture of a message can be opened: its own attachments from this server, else http(s). */
export function mediaUrl(message: MessageView, url: string | undefined): string | undefined {
  const own = findAttachment(message, url);
  return own ? attachmentPath(own.id) : safeUrl(url);
}

export function findAttachment(
  message: MessageView,
  url: string | undefined,
): MessageView["attachments"][number] | undefined {
  return message.attachments.find((file) => url === `attachment://${file.filename}` || url === file.url);
}

/** The colour of a person's name: that of their first coloured role. */
export function nameColor(guild: GuildSnapshot, person: Person | undefined): string | undefined {
  const colored = guild.roles.find((role) => role.color !== 0 && person?.roles.includes(role.id));
  return cssColor(colored?.color);
}

export function isPinged({ message, viewer }: MessageContext): boolean {
  if (viewer === undefined) return false;
  return message.pinged.some(
    (id) => id === viewer.id || id === "everyone" || id === "here" || viewer.roles.includes(id),
  );
}
