import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { nemeses } from "../../../chaos/nemeses/index.js";
import { anchorsOf, exists, filesIn, foldersIn, GUIDES, PAGES, prose } from "./pages.js";

/** What only the recipes of docs/development.md and README.md make. */
const INVENTED = /pause|dns|strategies\/script|[<…*]/;

describe("the documentation", () => {
  it.each([...PAGES])("%s links only to files and headings that exist", (path, page) => {
    const links = [...prose(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);

    const broken = links.filter((target) => {
      const [file = "", anchor] = target.split("#");
      const there = file === "" ? path : posix.join(posix.dirname(path), file);
      if (!exists(there)) return true;
      return anchor !== undefined && !anchorsOf(PAGES.get(there) ?? "").has(decodeURIComponent(anchor));
    });

    expect(broken).toEqual([]);
  });

  it.each([...GUIDES])("%s names only files that exist", (_path, page) => {
    const named = [
      ...page.matchAll(/`((?:src|commands|jobs|scripts|test|chaos|bench|sandbox|docs)\/[^`\s]+)`/g),
    ].map(([, file = ""]) => file);

    expect(named.filter((file) => !INVENTED.test(file) && !exists(file))).toEqual([]);
  });

  it("shows every picture on a page", () => {
    const pages = [...PAGES.values()].join("\n");

    expect(
      filesIn("docs/images", ".png").filter((path) => !pages.includes(path.replace("docs/", ""))),
    ).toEqual([]);
  });

  it("says what each folder of src is for", () => {
    const page = PAGES.get("docs/development.md") ?? "";

    expect(foldersIn("src").filter((path) => !page.match(new RegExp(`^\\|.*\`${path}\`.*\\|`, "m")))).toEqual(
      [],
    );
  });

  it.each(nemeses.map(({ name }) => name))("says what the nemesis %s does", (name) => {
    expect(PAGES.get("docs/reliability.md")).toContain(`| \`${name}\``);
  });
});
