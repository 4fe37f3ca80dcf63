import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { PNG } from "pngjs";

const { resolve } = createRequire(import.meta.url);
const FONTS = ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"];
const font = {
  fontFiles: FONTS.map((file) => resolve(`@expo-google-fonts/inter/${file}`)),
  loadSystemFonts: false,
  defaultFontFamily: "Inter",
};
/** Pixels for each unit of the SVG. */
export const ZOOM = 2;
/** More than any text sticks out. */
const AROUND = 2_000;

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** The colour at a point of the SVG, as `#rrggbb`. */
  colourAt(x: number, y: number): string;
}

export function decode(png: Buffer): Picture {
  const { width, height, data } = PNG.sync.read(png);
  return {
    width,
    height,
    colourAt(x, y) {
      const at = 4 * (Math.floor(y * ZOOM) * width + Math.floor(x * ZOOM));
      return `#${data.subarray(at, at + 3).toString("hex")}`;
    },
  };
}

/** Every colour along the edge of a picture, so many units wide. */
export function coloursOfEdge(picture: Picture, units: number): ReadonlySet<string> {
  const [width, height] = [picture.width / ZOOM, picture.height / ZOOM];
  const colours = new Set<string>();
  for (let x = 0; x < width; x += 0.5) {
    for (let y = 0; y < height; y += 0.5) {
      const inside = x >= units && x < width - units && y >= units && y < height - units;
      if (inside) y = height - units;
      colours.add(picture.colourAt(x, y));
    }
  }
  return colours;
}

export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the font really draws each text of an SVG, measured one by one on a canvas that cuts nothing off. */
export function textBoxes(svg: string): readonly TextBox[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([element, text = ""]) => {
    const alone = `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * AROUND}" height="${2 * AROUND}" font-family="Inter"><g transform="translate(${AROUND / 2} ${AROUND / 2})">${element}</g></svg>`;
    const box = new Resvg(alone, { font }).getBBox();
    if (box === undefined) throw new Error(`${text} draws nothing`);
    const left = box.x - AROUND / 2;
    const top = box.y - AROUND / 2;
    return { text, left, top, right: left + box.width, bottom: top + box.height };
  });
}
