const signatures: readonly { readonly type: string; readonly bytes: readonly number[] }[] = [
  { type: "image/png", bytes: [0x89, 0x50, 0x4e, 0x47] },
  { type: "image/jpeg", bytes: [0xff, 0xd8, 0xff] },
  { type: "image/gif", bytes: [0x47, 0x49, 0x46, 0x38] },
];

/**
 * Pictures by their first bytes, everything else as plain text: a file name comes from outside, and nothing that a
 * bot uploads may be served as a page or a script.
 */
export function contentType(content: Buffer): string {
  const known = signatures.find(({ bytes }) => bytes.every((byte, index) => content[index] === byte));
  return known?.type ?? "text/plain; charset=utf-8";
}
