import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTcpLink, type TcpLink } from "../../../sandbox/host/tcp-link.js";

describe("a TCP link", () => {
  let echo: Server;
  let link: TcpLink;
  /** Everything that came through to the other side. */
  let arrived: string;

  beforeEach(async () => {
    arrived = "";
    echo = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.on("data", (chunk: Buffer) => {
        arrived += chunk;
        socket.write(chunk);
      });
    });
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    const address = echo.address();
    link = await startTcpLink(typeof address === "object" && address !== null ? address.port : 0);
  });

  afterEach(async () => {
    await link.close();
    echo.close();
  });

  async function open(): Promise<Socket> {
    const socket = connect(link.port, "127.0.0.1").setEncoding("utf8");
    await once(socket, "connect");
    return socket;
  }

  /** @returns what comes back */
  async function say(socket: Socket, text: string): Promise<unknown> {
    const answer = once(socket, "data");
    socket.write(text);
    const [said] = await answer;
    return said;
  }

  /** @returns the code of the error that ends it */
  async function errorOf(socket: Socket): Promise<unknown> {
    const [error] = await once(socket, "error");
    return error.code;
  }

  it("carries both directions", async () => {
    const socket = await open();

    expect(await say(socket, "hello")).toBe("hello");
    socket.destroy();
  });

  it("resets what is open, and takes new connections", async () => {
    const socket = await open();
    await say(socket, "hello");
    const error = errorOf(socket);

    link.reset();

    expect(await error).toBe("ECONNRESET");
    const next = await open();
    expect(await say(next, "again")).toBe("again");
    next.destroy();
  });

  it("loses one answer to what arrived, and carries the next", async () => {
    const socket = await open();
    await say(socket, "hello");
    const error = errorOf(socket);

    const lost = link.loseAnswer();
    socket.write("again");
    await lost;

    expect(await error).toBe("ECONNRESET");
    expect(arrived).toBe("helloagain");
    const next = await open();
    expect(await say(next, "third")).toBe("third");
    next.destroy();
  });

  it("cuts after so many bytes, which still arrive", async () => {
    const socket = await open();
    await say(socket, "12345");
    const error = errorOf(socket);
    const cut = link.cutAfter(3);

    socket.write("abcdef");
    await cut;

    expect(await error).toBe("ECONNRESET");
    await expect.poll(() => arrived).toBe("12345abc");
  });

  it("swallows without a word, and what was swallowed stays silent after it heals", async () => {
    const silent = await open();
    await say(silent, "before");

    link.blackHole();
    silent.write("lost");
    link.heal();
    const next = await open();
    await say(next, "after");

    expect(arrived).toBe("beforeafter");
    expect(silent.destroyed).toBe(false);
    silent.destroy();
    next.destroy();
  });
});
