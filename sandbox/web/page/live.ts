import type { GuildSnapshot, MessagesSnapshot } from "../common/wire.js";
import { readAttachmentText } from "./api.js";
import { withEntry } from "./state/collections.js";
import type { Page } from "./state/page.js";

/** Text files up to this size are shown under their message. In bytes. */
const previewLimit = 256 * 1024;
const textFile = /\.(?:txt|log|md|json|ya?ml|csv|diff|patch|sh|ts|js)$/i;

export interface Live {
  /** Looks at the guild as the person and the channel that the state names. */
  follow(): void;
}

/** Keeps the state equal to what the server sees. */
export function createLive(page: Page): Live {
  let source: EventSource | undefined;
  return {
    follow: () => {
      source?.close();
      const { viewerId: viewer, channelId: channel } = page.state;
      source = new EventSource(`/api/events?${new URLSearchParams({ viewer, channel })}`);
      listen(page, source);
    },
  };
}

function listen(page: Page, source: EventSource): void {
  source.addEventListener("open", () => page.update((state) => ({ ...state, connected: true })));
  source.addEventListener("error", () => page.update((state) => ({ ...state, connected: false })));
  source.addEventListener("guild", ({ data }: MessageEvent<string>) => {
    const guild = JSON.parse(data) as GuildSnapshot;
    page.update((state) => ({ ...state, guild }));
  });
  source.addEventListener("messages", ({ data }: MessageEvent<string>) => {
    showMessages(page, JSON.parse(data) as MessagesSnapshot);
  });
}

function showMessages(page: Page, messages: MessagesSnapshot): void {
  const { channelId, viewerId } = messages;
  const newest = messages.messages.at(-1)?.id;
  page.update((state) => ({
    ...state,
    messages,
    channelId,
    viewerId,
    lastRead: newest === undefined ? state.lastRead : withEntry(state.lastRead, channelId, newest),
  }));
  for (const message of messages.messages) for (const file of message.attachments) preview(page, file);
}

function preview(page: Page, file: { id: string; filename: string; size: number }): void {
  if (page.state.previews.has(file.id) || file.size > previewLimit || !textFile.test(file.filename)) return;
  const show = (text: string): void =>
    page.update((state) => ({ ...state, previews: withEntry(state.previews, file.id, text) }));
  // Taken at once, so that the next snapshot does not ask again.
  show("");
  readAttachmentText(file.id).then(show, () => show(""));
}
