import { type Answer, type Call, ok } from "./call.js";

export interface Page {
  readonly page: number;
  readonly perPage: number;
  /** How many items come before this page. */
  readonly offset: number;
}

/** GitHub cuts `per_page` to 100 and takes the default for what is no positive number. */
export function pageOf(call: Call, defaultPerPage = 30): Page {
  const page = positive(call.query.get("page")) ?? 1;
  const asked = positive(call.query.get("per_page"));
  const perPage = asked === undefined ? defaultPerPage : Math.min(asked, 100);
  return { page, perPage, offset: (page - 1) * perPage };
}

function positive(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

/** One page of a list that is at hand as a whole. */
export function paginate<Item>(
  call: Call,
  items: readonly Item[],
  body: (items: readonly Item[]) => unknown,
): Answer {
  const page = pageOf(call);
  return ok(body(items.slice(page.offset, page.offset + page.perPage)), linkHeader(call, page, items.length));
}

/** The `Link` header, which GitHub leaves out where everything fits on one page. */
export function linkHeader(
  call: Call,
  { page, perPage }: Page,
  total: number,
): Readonly<Record<string, string>> {
  const last = Math.max(1, Math.ceil(total / perPage));
  const links = [
    ...(page > 1 ? [["prev", page - 1] as const] : []),
    ...(page < last ? [["next", page + 1] as const, ["last", last] as const] : []),
    ...(page > 1 ? [["first", 1] as const] : []),
  ];
  if (links.length === 0) return {};
  return {
    link: links.map(([relation, target]) => `<${pageUrl(call, target)}>; rel="${relation}"`).join(", "),
  };
}

function pageUrl(call: Call, page: number): string {
  const query = new URLSearchParams(call.query);
  query.set("page", String(page));
  return `${call.url}?${query.toString()}`;
}
