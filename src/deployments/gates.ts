import type { Refusal } from "./refusal.js";
import type { FoundTarget } from "./targets.js";

/** The facts that a gate decides on. */
export interface GateFacts {
  readonly target: FoundTarget;
  /** Discord role ids of the person who asks. */
  readonly roles: readonly string[];
}

export type Gate = (facts: GateFacts) => Refusal | undefined;

/** Only people with one of the environment's roles may deploy to it. */
export const roleGate: Gate = ({ target, roles }) => {
  const allowed = target.config.roles.deploy;
  if (allowed.some((role) => roles.includes(role))) return undefined;
  return { code: "role-missing", environment: target.environment, roles: allowed };
};

/** Every gate of a request made by a person, in the order in which they are tried. */
export const GATES: readonly Gate[] = [roleGate];

/** @returns the first refusal, or undefined when every gate lets the request pass */
export function tryGates(facts: GateFacts, gates: readonly Gate[] = GATES): Refusal | undefined {
  for (const gate of gates) {
    const refusal = gate(facts);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
