import { describe, expect, it } from "vitest";
import { logCommand } from "../../../src/app/log-command.js";
import type { LogSource } from "../../../src/config/logs-schema.js";

/** The words behind the ones that limit the time on the host. */
function wordsOf(source: LogSource): readonly string[] {
  return logCommand(source, 50).argv.slice(5);
}

describe("the command for a log", () => {
  it("is given up after 15 seconds, and ended on the host soon after", () => {
    const command = logCommand({ name: "web", file: "/a" }, 50);

    expect(command.timeoutSeconds).toBe(15);
    expect(command.argv.slice(3, 5)).toEqual(["logs", "20"]);
  });

  it("takes no run of its own: asking for a log twice is harmless", () => {
    expect(logCommand({ name: "web", file: "/a" }, 50)).not.toHaveProperty("run");
  });

  it.each<[string, LogSource, readonly string[]]>([
    ["a file", { name: "web", file: "/var/log/a b.log" }, ["tail", "-n", "50", "/var/log/a b.log"]],
    ["a container", { name: "web", container: "web-1" }, ["docker", "logs", "--tail=50", "web-1"]],
    ["a program", { name: "web", run: ["journalctl", "-u", "shop"] }, ["journalctl", "-u", "shop"]],
  ])("reads %s", (_what, source, words) => {
    expect(wordsOf(source)).toEqual(words);
  });

  it("asks Compose in its directory, with what the configuration says", () => {
    const compose = { directory: "/srv/shop", file: "compose.prod.yaml", project: "shop", service: "web" };

    const command = logCommand({ name: "web", compose }, 50);

    expect(command.directory).toBe("/srv/shop");
    expect(command.argv.slice(9)).toEqual([
      ...["--file=compose.prod.yaml", "--project-name=shop"],
      ...["logs", "--no-color", "--tail=50", "web"],
    ]);
  });

  it("leaves file and project to Compose where the configuration does", () => {
    const source = { name: "web", compose: { directory: "/srv/shop", service: "web" } };

    expect(logCommand(source, 50).argv.slice(9)).toEqual(["logs", "--no-color", "--tail=50", "web"]);
  });
});
