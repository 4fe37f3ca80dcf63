/**
 * Its own program: SVG on standard input, PNG on standard output. Plain JavaScript, so that it runs as it is from the
 * sources, too. Only the fonts that are shipped are used: a container has none.
 */
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { Resvg } from "@resvg/resvg-js";

/** Pixels for each unit: sharp on a phone. */
const ZOOM = 2;

const { resolve } = createRequire(import.meta.url);
const fontFiles = [
  resolve("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf"),
  resolve("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf"),
];

const picture = new Resvg(await text(process.stdin), {
  fitTo: { mode: "zoom", value: ZOOM },
  font: { fontFiles, loadSystemFonts: false, defaultFontFamily: "Inter" },
});
process.stdout.write(picture.render().asPng());
