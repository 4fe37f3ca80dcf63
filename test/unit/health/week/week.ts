export const ON_CALL = "223344556677889911";
export const CHIEF = "223344556677889922";

/** One sweep of an environment. */
export interface Probe {
  readonly at: number;
  readonly ok: boolean;
  /** When its outcome was told; absent where a restart came between. */
  heardAt?: number;
}

/** What came out of a week, for the oracle: times in milliseconds since its beginning. */
export interface Week {
  /** By environment, in the order in which they began. */
  readonly probes: ReadonlyMap<string, readonly Probe[]>;
  readonly messages: readonly {
    readonly kind: "open" | "recover" | "call" | "edit";
    readonly at: number;
    readonly incidentId: string;
    readonly roles: readonly string[];
    readonly why?: "joined" | "unacknowledged";
    /** Of a recovery. */
    readonly downtime?: number | undefined;
  }[];
  /** When an environment came into an incident that people are told of. */
  readonly told: readonly {
    readonly name: string;
    readonly at: number;
    readonly incidentId: string;
    readonly channelId: string;
  }[];
  readonly blamed: readonly { readonly name: string; readonly at: number; readonly deploymentId: string }[];
  readonly pressed: readonly {
    readonly kind: "acknowledged" | "snoozed";
    readonly at: number;
    readonly incidentId: string;
  }[];
  /** That Slipway cannot look, and that it can again. */
  readonly blind: readonly { readonly id: string; readonly at: number; readonly over: boolean }[];
  readonly openAtTheEnd: number;
}

export interface Trouble {
  /** How often a probe that was asked for never comes, or comes twice. */
  readonly lost: number;
  readonly doubled: number;
  /** How often Slipway restarts in a week: what is on its way is gone. */
  readonly restarts: number;
}
