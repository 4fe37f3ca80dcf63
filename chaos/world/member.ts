import { type BotProcess, type LogLine, startBotProcess } from "../../sandbox/bot-process.js";
import type { Reattachment } from "../history/history.js";

/** What a bot says when it follows a deployment that another process had begun. */
const TAKEN_OVER = "took a running deployment over";
const KEPT_OUTPUTS = 30;

/** How one process of the subject is started. */
export interface MemberPlan {
  readonly name: string;
  /** Words after the program. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The compiled program. @defaultValue the bot */
  readonly program?: string;
}

/** One process of the subject, which can be ended and started again. One that ends by itself is started again, too. */
export class Member {
  readonly name: string;
  /** How often it ended though nobody had asked it to. */
  crashes = 0;
  /** How often it was started again after it had been killed. */
  restarts = 0;
  readonly #plan: MemberPlan;
  readonly #outputs: string[] = [];
  readonly #reattached: Reattachment[] = [];
  #bot: BotProcess;
  #takenOver: ReadonlySet<string> = new Set();
  /** Deployments that the present process is to go on with, and has not. */
  #awaited = new Set<string>();
  #endIsWanted = false;

  constructor(plan: MemberPlan) {
    this.name = plan.name;
    this.#plan = plan;
    this.#bot = this.#spawn();
  }

  /** Deployments that the present process follows though it did not begin them. */
  get takenOver(): ReadonlySet<string> {
    return this.#takenOver;
  }

  /** Of all its processes. */
  get reattached(): readonly Reattachment[] {
    return this.#reattached;
  }

  /** What its last processes printed. */
  output(): string {
    return [...this.#outputs, this.#bot.output()].join("\n");
  }

  /** SIGKILL. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#endIsWanted = true;
    this.#bot.signal("SIGKILL");
    await this.#bot.exited;
    this.#keepOutput();
  }

  /**
   * After `kill`.
   * @param interrupted deployments that ran when it was killed: how soon they are followed again is measured
   */
  start(interrupted: ReadonlySet<string>): void {
    this.#endIsWanted = false;
    this.restarts++;
    this.#bot = this.#spawn(interrupted);
  }

  /** Is not waited for any longer: these are not followed, even if they should be later. */
  giveUp(deployments: readonly string[]): void {
    for (const deployment of deployments) {
      if (!this.#awaited.delete(deployment)) continue;
      this.#reattached.push({ deployment, milliseconds: Number.POSITIVE_INFINITY });
    }
  }

  freeze(): void {
    this.#bot.signal("SIGSTOP");
  }

  thaw(): void {
    this.#bot.signal("SIGCONT");
  }

  async stop(): Promise<void> {
    this.#endIsWanted = true;
    this.thaw();
    await this.#bot.stop();
  }

  #spawn(interrupted: ReadonlySet<string> = new Set()): BotProcess {
    const { args, env, program } = this.#plan;
    const startedAt = performance.now();
    const takenOver = new Set<string>();
    const awaited = new Set(interrupted);
    const bot = startBotProcess({ env, args, ...(program !== undefined && { program }) });
    bot.onLine((line) => {
      const deployment = takenOverBy(line);
      if (deployment === undefined || takenOver.has(deployment)) return;
      takenOver.add(deployment);
      if (!awaited.delete(deployment)) return;
      this.#reattached.push({ deployment, milliseconds: performance.now() - startedAt });
    });
    this.#takenOver = takenOver;
    this.#awaited = awaited;
    void bot.exited.then(() => this.#crashed(bot));
    return bot;
  }

  #crashed(bot: BotProcess): void {
    if (this.#endIsWanted || bot !== this.#bot) return;
    this.crashes++;
    this.#keepOutput();
    this.#bot = this.#spawn();
  }

  #keepOutput(): void {
    this.#outputs.push(this.#bot.output());
    if (this.#outputs.length > KEPT_OUTPUTS) this.#outputs.shift();
  }
}

function takenOverBy({ msg, deployment }: LogLine): string | undefined {
  return msg === TAKEN_OVER && typeof deployment === "string" ? deployment : undefined;
}
