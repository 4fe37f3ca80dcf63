import { DiscordError, type ErrorTree, type FormError } from "../discord-error.js";

export type FormPath = readonly PropertyKey[];

/** Collects what is wrong with a body and refuses it as a whole, as Discord does with 50035. */
export class FormErrors {
  readonly #root = new Map<string, unknown>();

  add(path: FormPath, code: string, message: string): void {
    let node = this.#root;
    for (const key of path) {
      const known = node.get(String(key));
      const next = known instanceof Map ? known : new Map<string, unknown>();
      node.set(String(key), next);
      node = next;
    }
    const errors = node.get("_errors");
    node.set("_errors", [...(Array.isArray(errors) ? errors : []), { code, message }]);
  }

  required(path: FormPath): void {
    this.add(path, "BASE_TYPE_REQUIRED", "This field is required");
  }

  /** @throws DiscordError 50035 when something was added. */
  refuseIfAny(): void {
    if (this.#root.size > 0) throw new DiscordError(400, 50035, "Invalid Form Body", toTree(this.#root));
  }
}

function toTree(node: ReadonlyMap<string, unknown>): ErrorTree {
  const tree: Record<string, ErrorTree | readonly FormError[]> = {};
  for (const [key, value] of node) {
    tree[key] = value instanceof Map ? toTree(value) : (value as readonly FormError[]);
  }
  return tree;
}

/** Refuses a body for one fault. @throws DiscordError 50035, always */
export function refuseForm(path: FormPath, code: string, message: string): never {
  const errors = new FormErrors();
  errors.add(path, code, message);
  errors.refuseIfAny();
  throw new Error("unreachable: a fault was added");
}
