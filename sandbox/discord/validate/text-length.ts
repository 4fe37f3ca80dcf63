/** Length as Discord counts it: code points, not UTF-16 units. */
export function textLength(text: string | null | undefined): number {
  let length = 0;
  for (const _ of text ?? "") length++;
  return length;
}
