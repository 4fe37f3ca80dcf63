import { REST } from "@discordjs/rest";
import type { Logger } from "pino";
import { TroubleLog } from "../trouble-log.js";
import { REFUSED_TOKEN } from "./refused-token.js";

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

export interface DiscordRestOptions {
  readonly api: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
}

/** Discord has refused the token a moment ago, and is not asked again yet. */
export class RefusedTokenError extends Error {
  readonly status = 401;

  constructor() {
    super("Discord refused the bot's token a moment ago");
    this.name = "RefusedTokenError";
  }
}

/**
 * Discord's HTTP API. The library forgets the token after one answer 401, which Discord also gives by mistake: nothing
 * would be sent any more until a restart. Here it is kept, and only rests for 5 s, then longer, up to a minute, because
 * Discord blocks an address after 10,000 refused requests in 10 minutes.
 */
export class DiscordRest extends REST {
  readonly #trouble: TroubleLog;
  readonly #now: () => number;
  #refusals = 0;
  #restsUntil = 0;

  constructor({ api, logger, now = Date.now }: DiscordRestOptions) {
    super({ api });
    this.#trouble = new TroubleLog(logger);
    this.#now = now;
  }

  /** @param token null is what the library itself says after an answer 401 */
  override setToken(token: string | null): this {
    if (token !== null) return super.setToken(token);
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#refusals, LONGEST_PAUSE_MS);
    this.#refusals++;
    this.#restsUntil = this.#now() + pauseMs;
    this.#trouble.report("token", { pauseMs }, REFUSED_TOKEN, "error");
    return this;
  }

  override async queueRequest(request: Parameters<REST["queueRequest"]>[0]) {
    const isAuthorised = request.auth !== false;
    if (isAuthorised && this.#now() < this.#restsUntil) throw new RefusedTokenError();
    const answer = await super.queueRequest(request);
    if (isAuthorised && this.#refusals > 0) {
      this.#refusals = 0;
      this.#trouble.over("token", "Discord accepts the token again");
    }
    return answer;
  }
}
