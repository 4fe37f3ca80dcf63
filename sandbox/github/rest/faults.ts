import type { GitHubFaultRule } from "../types.js";

export type GitHubFault = GitHubFaultRule["fault"];

export interface Faults {
  queue(rule: GitHubFaultRule): void;
  /** The fault that meets this request, which uses it up. */
  take(method: string, path: string): GitHubFault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let rules: { readonly rule: GitHubFaultRule; left: number }[] = [];
  const meets = (rule: GitHubFaultRule, method: string, path: string): boolean =>
    (rule.method === undefined || rule.method === method) &&
    (rule.path === undefined || path.search(rule.path) >= 0);

  return {
    queue: (rule) => void rules.push({ rule, left: rule.times ?? 1 }),
    take(method, path) {
      const entry = rules.find(({ rule, left }) => left > 0 && meets(rule, method, path));
      if (!entry) return undefined;
      entry.left -= 1;
      rules = rules.filter(({ left }) => left > 0);
      return entry.rule.fault;
    },
    clear() {
      rules = [];
    },
  };
}
