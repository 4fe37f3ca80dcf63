/** Pieces of SVG as text. What comes in is escaped; what XML does not allow is left out. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write these
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? rounded(value) : escaped(value)}"`);
  return `<${name}${written.join("")}>${children.join("")}</${name}>`;
}

export interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
}

/** @param y of the baseline */
export function textAt(x: number, y: number, content: string, style: TextStyle): string {
  const { size, fill, anchor, bold } = style;
  const weight = bold === true ? 600 : undefined;
  const attributes = { x, y, fill, "font-size": size, "font-weight": weight, "text-anchor": anchor };
  return element("text", attributes, escaped(content));
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function svgDocument(
  { width, height }: Size,
  style: { readonly background: string; readonly font: string },
  ...children: readonly string[]
): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": style.font,
    },
    element("rect", { width, height, fill: style.background }),
    ...children,
  );
}

function escaped(text: string): string {
  return text.replace(NOT_XML, "").replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}

/** A tenth of a pixel more would not be seen. */
function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
