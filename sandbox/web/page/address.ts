/** Who looks at which channel stands in the address, so that a reload or a second tab keeps it. */
export function readAddress(): { viewerId: string; channelId: string } {
  const parameters = new URLSearchParams(location.hash.slice(1));
  return { viewerId: parameters.get("person") ?? "", channelId: parameters.get("channel") ?? "" };
}

export function writeAddress(wish: { viewerId: string; channelId: string }): void {
  const parameters = new URLSearchParams({ person: wish.viewerId, channel: wish.channelId });
  history.replaceState(null, "", `#${parameters}`);
}
