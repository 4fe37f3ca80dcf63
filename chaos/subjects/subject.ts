import type { AuditAccount, Claim, PostedMessage, RecordedDeployment, Release } from "../history/history.js";
import type { Lane } from "../world/lane.js";
import type { MemberPlan } from "../world/member.js";
import type { World } from "../world/start-world.js";

/** One commit on its way to one environment. */
export interface Order extends Release {
  readonly lane: Lane;
  readonly before: string;
}

/** Who is put to the test: Slipway, or the control. */
export interface Subject {
  /** Its processes say in their log when they go on with a deployment that another process had begun. */
  readonly tellsTakeOver?: true;
  /** The processes that it runs as. */
  members(world: World, workers: number): readonly MemberPlan[];
  /** Asks for a deployment, until it is accepted; asking again changes nothing. @throws AbortError */
  order(world: World, order: Order, signal: AbortSignal): Promise<void>;
  /** Oldest first, read past its processes. @param newest so many are enough; all of them without it */
  deployments(world: World, environment: string, newest?: number): Promise<readonly RecordedDeployment[]>;
  /** What it says of the environment's only host, past its processes; absent where it says nothing. */
  claim?(world: World, environment: string): Promise<Claim>;
  /** The output of a deployment as it is stored; absent where none is. */
  log?(world: World, id: string): Promise<string>;
  /** What was written down; absent where nothing is. */
  audit?(world: World): Promise<AuditAccount>;
  /** What people see; absent where nobody is told. */
  messages?(world: World): readonly PostedMessage[];
}
