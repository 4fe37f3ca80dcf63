import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface BlackHole {
  readonly port: number;
  /** From now on it answers: a first packet that was lost is sent again by the system after a second. */
  open(): void;
  end(): Promise<void>;
}

/** Writes one line to whoever connects. */
const GREETER = `const s = require("net").createServer((c) => c.on("error", () => {}).write(process.argv[1])).listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(s.address().port))`;

/**
 * A port of 127.0.0.1 that neither accepts nor refuses: a stopped process, whose queue of connections is full.
 * @param greeting what it writes once it is open
 */
export async function blackHole(greeting = ""): Promise<BlackHole> {
  const child: ChildProcess = spawn(process.execPath, ["-e", GREETER, greeting], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const port = Number(line.toString());
  child.kill("SIGSTOP");
  const fillers: Socket[] = [];
  for (let filler = 0; filler < 4; filler++) {
    fillers.push(connect({ port, host: "127.0.0.1" }).on("error", () => undefined));
  }
  await once(fillers[0] ?? child, "connect");
  return {
    port,
    open() {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGCONT");
    },
    async end() {
      for (const filler of fillers) filler.destroy();
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
