import { nearest } from "./nearest.js";

/** Advice for the name of a host that is not configured. */
export function unknownHost(
  name: string,
  known: readonly string[],
): { readonly problem: string; readonly fix: string } {
  const meant = nearest(name, known);
  const shown = known.slice(0, 20).map((one) => `\`${one}\``);
  const listed = known.length > shown.length ? [...shown, "…"] : shown;
  const fix =
    meant === undefined ? `use one of the hosts: ${listed.join(", ")}` : `did you mean \`${meant}\`?`;
  return { problem: "no host has this name", fix };
}
