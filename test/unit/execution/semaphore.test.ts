import { describe, expect, it } from "vitest";
import { Semaphore } from "../../../src/execution/ssh/semaphore.js";

describe("Semaphore", () => {
  it("hands out slots first come first served", async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    const release = await semaphore.acquire();
    const waiting = ["first", "second"].map(async (name) => {
      const next = await semaphore.acquire();
      order.push(name);
      next?.();
    });

    release?.();
    await Promise.all(waiting);

    expect(order).toEqual(["first", "second"]);
  });

  it("forgets a waiter that gave up", async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const abort = new AbortController();
    const impatient = semaphore.acquire(abort.signal);
    const patient = semaphore.acquire();

    abort.abort();
    release?.();

    expect(await impatient).toBeUndefined();
    expect(await patient).toBeDefined();
  });

  it("gives a slot back once, however often it is released", async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    release?.();
    release?.();
    await semaphore.acquire();
    const given = AbortSignal.abort();

    expect(await semaphore.acquire(given)).toBeUndefined();
    const later = new AbortController();
    const third = semaphore.acquire(later.signal);
    later.abort();
    expect(await third).toBeUndefined();
  });
});
