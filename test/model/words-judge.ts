import type { Redis } from "ioredis";
import { type HostAccount, type MessageTruth, messageFaults } from "../../chaos/history/message-faults.js";
import { statusFaults } from "../../chaos/history/status-faults.js";
import { messageText } from "../../chaos/subjects/posted-messages.js";
import { reading } from "../../chaos/words/message-text.js";
import { readDeploymentWords } from "../../chaos/words/read-deployment-words.js";
import { readStatusWords, type StatusWords } from "../../chaos/words/read-status-words.js";
import { lookUpStatus } from "../../src/app/look-up.js";
import type { Target } from "../../src/deployments/record.js";
import { allTargets, type FoundTarget } from "../../src/deployments/targets.js";
import { drawDeployment } from "../../src/discord/announcer.js";
import { CommandMentions } from "../../src/discord/command-mentions.js";
import { statusReply } from "../../src/discord/messages/status-reply.js";
import { EMPTY_BOARD } from "../../src/health/incidents/board.js";
import type { Model } from "./model.js";
import { type Known, placeOf } from "./oracle.js";
import type { HostEvent } from "./recording-host.js";
import { directoryOf, environmentOf } from "./settings.js";

/**
 * Draws what people would read, from the real stores, reads it sentence by sentence, and holds it against what the
 * model's hosts have.
 */
export class WordsJudge {
  readonly #model: Model;
  readonly #mentions: CommandMentions;
  /** How many events had happened on the hosts when everything was judged last. */
  events = 0;
  readonly #touched = new Set<string>();
  #answers = 0;

  constructor(model: Model, redis: Redis) {
    this.#model = model;
    this.#mentions = new CommandMentions(redis, () => 0);
    // No command is registered: they are named in code, and nobody asks Redis for their ids.
    void this.#mentions.save(new Map());
  }

  /** Somebody works on the environment in this act. */
  touch(target: Target): void {
    this.#touched.add(directoryOf(target));
  }

  /** After an act: `/status` of the environments that it touched, and the messages of the deployments that it ended. */
  async judgeAct(ended: readonly Known[]): Promise<void> {
    const { hosts, world } = this.#model;
    for (const known of ended) this.touch(known);
    for (const { directory } of hosts.events.slice(this.events)) this.#touched.add(directory);
    this.events = hosts.events.length;
    for (const target of allTargets(world.config)) {
      if (!this.#touched.has(directoryOf(target)) || (await this.#isUnderWay(target))) continue;
      await this.#judgeStatus(target, false);
    }
    this.#touched.clear();
    for (const known of ended) await this.#judgeMessage(known);
  }

  /**
   * What `/status` reads between two halves of a step is not judged yet: see docs/reliability.md.
   */
  async #isUnderWay(target: FoundTarget): Promise<boolean> {
    return (await this.#model.store.open(target)).some(({ state }) => state === "running");
  }

  /** Once everything has come to its end: every environment, and the last message of each. */
  async judgeRest(): Promise<void> {
    const { oracle, world } = this.#model;
    for (const target of allTargets(world.config)) {
      await this.#judgeStatus(target, true);
      const last = [...oracle.known.values()].findLast((known) => placeOf(known) === placeOf(target));
      if (last !== undefined) await this.#judgeMessage(last);
    }
  }

  async #judgeStatus(target: FoundTarget, atRest: boolean): Promise<void> {
    const parts = this.#model.parts();
    // Now and then the hosts do not answer: what is said then comes from the record alone.
    const hostsAnswer = this.#answers++ % 3 !== 0;
    const { project, environment } = target;
    const found = await lookUpStatus(
      {
        ...parts,
        incidents: { board: async () => EMPTY_BOARD },
        ...(!hostsAnswer && { readCheckout: async () => undefined }),
      },
      { project, environment },
    );
    if (found.kind === "refused") throw new Error(`/status refuses ${project}/${environment}`);
    const text = messageText(statusReply(found.environments, "en"));
    const faults = reading(() => this.#statusFaults(readStatusWords(text), target, atRest));
    if (faults.length > 0) this.#model.oracle.violate("what /status says is so", { faults, text });
  }

  #statusFaults(words: StatusWords, target: FoundTarget, atRest: boolean): readonly string[] {
    const { oracle, hosts, world } = this.#model;
    const here = [...oracle.known.values()].filter((known) => placeOf(known) === placeOf(target));
    const directory = directoryOf(target);
    const truth = {
      hosts: target.config.hosts.map((name) => {
        const { application, files, restart } = hosts.truth(name, directory);
        const isOpen = !atRest || restart?.endedWell !== true;
        return { name, truth: { application, files, isOpen, deployment: restart?.deployment } };
      }),
      record: (number: number) => {
        const known = here.find((each) => each.number === number);
        return known && { ...known, state: oracle.finals.get(known.id) ?? "open" };
      },
      mayHaveRun: (sha: string) =>
        this.#restarts(directory).some((each) => each.endedWell && each.sha === sha),
      ...oracle.held(world, target),
    };
    const moved = words.hosts
      .filter(({ isMoved }) => isMoved)
      .map(({ host }) => `${host}: says that it was moved`);
    return [...statusFaults(words, truth, new Set()), ...moved];
  }

  async #judgeMessage(known: Known): Promise<void> {
    const parts = this.#model.parts();
    const actions = { idFor: async (_: unknown, action: string) => action };
    const message = await drawDeployment({ ...parts, actions }, known.id);
    if (message === undefined) throw new Error(`#${known.number} has no message`);
    const text = messageText(await this.#mentions.render(message));
    const faults = reading(() => messageFaults(readDeploymentWords(text), this.#messageTruth(known)));
    if (faults.length > 0)
      this.#model.oracle.violate("what a deployment's message says is so", { faults, text, known });
  }

  #messageTruth(known: Known): MessageTruth {
    const { oracle, hosts, world } = this.#model;
    const { events } = hosts;
    const { id, sha, kind, eventsBefore } = known;
    const first = events.findIndex(({ deployment }) => deployment === id);
    const begun = first < 0 ? events.length : first;
    const directory = directoryOf(known);
    const [firstHost = ""] = environmentOf(world.config, known.project, known.environment).hosts;
    const ranOn = (host: string, end: number) =>
      this.#restarts(directory, end).findLast((each) => each.host === host)?.sha;
    const sinceAsked = this.#restarts(directory, begun).filter(
      (each) => each.host === firstHost && events.indexOf(each) >= eventsBefore,
    );
    return {
      record: {
        ...{ sha, state: oracle.finals.get(id) ?? "open" },
        ...(kind === "rollback" && { isRollback: true }),
      },
      hasBegun: first >= 0,
      couldBeBase: (base) =>
        base === ranOn(firstHost, eventsBefore) || sinceAsked.some((each) => each.sha === base),
      host: (name) => ({
        ...accountOf(events.filter(({ deployment, host }) => deployment === id && host === name)),
        ...(known.killed && { mayBeUnknown: true }),
        mayHaveRun: (before) => ranOn(name, begun)?.startsWith(before) === true,
      }),
    };
  }

  #restarts(directory: string, end?: number): readonly HostEvent[] {
    return this.#model.hosts.events
      .slice(0, end)
      .filter((event) => event.effect === "application" && event.directory === directory);
  }
}

function accountOf(events: readonly HostEvent[]): Omit<HostAccount, "mayHaveRun"> {
  const changes = events.filter(({ effect }) => effect !== "nothing");
  const restart = changes.find(({ effect }) => effect === "application");
  return {
    isChanged: changes.length > 0,
    restart: restart === undefined ? "never-began" : restart.endedWell ? "ended" : "open",
    hasMoved: changes.some(({ effect, sha }) => effect === "files" && sha !== undefined),
    mayBeUnknown: changes.some(({ endedWell }) => !endedWell),
  };
}
