import { type Release, Semaphore } from "./ssh/semaphore.js";

/** A fixed number of places for each host: one that hangs keeps nobody from another one. */
export class HostPlaces {
  readonly #perHost: number;
  readonly #hosts = new Map<string, Semaphore>();

  constructor(perHost: number) {
    this.#perHost = perHost;
  }

  /**
   * Waits for a place. Gives `undefined`, and takes none, when the signal is aborted first.
   * @param host comes from the configuration: there are few
   */
  acquire(host: string, signal?: AbortSignal): Promise<Release | undefined> {
    const places = this.#hosts.get(host) ?? new Semaphore(this.#perHost);
    this.#hosts.set(host, places);
    return places.acquire(signal);
  }
}
