/**
 * How pictures look: light on dark, as most people have Discord. 800 units across, so that the smallest text is about
 * 10 pixels high on a phone that is 360 pixels wide.
 */
export const WIDTH = 800;
export const MARGIN = 32;
export const FONT = "Inter";

export const SIZE = { title: 34, heading: 26, figure: 30, text: 22 } as const;

export const COLOUR = {
  background: "#1e1f22",
  ink: "#f2f3f5",
  muted: "#b5bac1",
  grid: "#3a3c42",
  up: "#4cc38a",
  down: "#f0525a",
  unknown: "#46484f",
  line: "#a5b0ff",
  band: "#4a53a8",
} as const;

/** Told apart also by people who see colours differently: they differ in lightness, too (after Okabe and Ito). */
export const ENVIRONMENT_COLOURS = ["#56b4e9", "#f0e442", "#cc79a7", "#009e73", "#e69f00"] as const;
/** The most environments that can be told apart; the caller leaves the others to the table. */
export const MOST_ENVIRONMENTS = ENVIRONMENT_COLOURS.length;

/** Widths of Inter's letters in ems, rounded up; measuring them exactly would need the font in memory. */
const WIDE = /[mwMW@%]/;
const NARROW = /[iljtfrI.,:;'|!/ \-()\u00a0\u202f]/;

/** At least as wide as the text is, in units. */
export function widthOf(text: string, size: number): number {
  const ems = [...text].reduce((sum, letter) => sum + emsOf(letter), 0);
  return ems * size;
}

function emsOf(letter: string): number {
  if (NARROW.test(letter)) return 0.42;
  if (WIDE.test(letter)) return 1.02;
  if (/\d/.test(letter)) return 0.69;
  return /\p{Lu}/u.test(letter) ? 0.78 : 0.66;
}

/** The size at which a text fits, no larger than wanted. */
export function fittingSize(text: string, wanted: number, width: number): number {
  return Math.min(wanted, Math.floor((wanted * width) / Math.max(1, widthOf(text, wanted))));
}
