const palette = ["#5865f2", "#3ba55d", "#eb8e3e", "#e05297", "#2aa8a8", "#9b6dde", "#c4524f", "#4a8ad4"];

/** A picture for a person: the first letter on a colour that stays the same. */
export function personAvatar(person: { readonly id: string; readonly name: string }): string {
  const letter = [...person.name.trim()][0]?.toUpperCase() ?? "?";
  const glyph =
    `<text x="20" y="20" dy=".36em" text-anchor="middle" fill="#fff" font-size="19" font-weight="600"` +
    ` font-family="Noto Sans,Helvetica,Arial,sans-serif">${escapeXml(letter)}</text>`;
  return picture(palette[hash(person.id) % palette.length] ?? "#5865f2", glyph);
}

/** Slipway's own picture: a ship that leaves its slip. */
export const botAvatar = picture(
  "#1f6feb",
  `<path fill="#fff" d="M10 22h20l-3.6 6.5H13.4zM19 8.5v11.2h-8.2zM21 11.5l7 8.2h-7z"/>` +
    `<path stroke="#9ecbff" stroke-width="2" stroke-linecap="round" d="M8 32.5h24"/>`,
);

function picture(background: string, content: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${background}"/>${content}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
