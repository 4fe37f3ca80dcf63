import { SimpleShardingStrategy, type WebSocketOptions } from "discord.js";

type BuildStrategy = NonNullable<WebSocketOptions["buildStrategy"]>;
type Manager = Parameters<BuildStrategy>[0];
/** The names of @discordjs/ws; discord.js gives the name of their enum to another one. */
type EventName = "closed" | "debug" | "dispatch" | "error" | "heartbeat" | "hello" | "ready" | "resumed";

export interface StrategyHooks {
  /** Awaited before each connection. It is called at other times too, while a connection is open. */
  readonly mayConnect: () => Promise<unknown>;
  /**
   * What is made of an event before discord.js gets it.
   * @returns the payload to hand on; undefined to keep it from discord.js
   */
  readonly receive: (event: string, payload: unknown) => unknown;
  /** discord.js has thrown on what it got. */
  readonly failed: (event: string, error: unknown) => void;
}

/**
 * The way in which discord.js connects, with a hand between it and the wire. By itself it connects again at once
 * whatever happens, without an end also where its client was destroyed meanwhile, and throws where Discord sends
 * what it does not expect.
 */
export function watchedStrategy(hooks: StrategyHooks): BuildStrategy {
  return (manager) => new SimpleShardingStrategy(watched(manager, hooks));
}

/** The same manager, seen through the hooks. */
function watched(manager: Manager, { mayConnect, receive, failed }: StrategyHooks): Manager {
  const retrieveSessionInfo: Manager["options"]["retrieveSessionInfo"] = async (shard) => {
    await mayConnect();
    return manager.options.retrieveSessionInfo(shard);
  };
  const emit = (event: EventName, payload: unknown): boolean => {
    try {
      const received = receive(event, payload);
      return received === undefined ? false : Reflect.apply(manager.emit, manager, [event, received]);
    } catch (error) {
      failed(event, error);
      return true;
    }
  };
  return new Proxy(manager, {
    get(target, name) {
      if (name === "emit") return emit;
      if (name === "options") return { ...target.options, retrieveSessionInfo };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
