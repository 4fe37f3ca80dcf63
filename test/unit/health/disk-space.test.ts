import { describe, expect, it } from "vitest";
import { judgeSpace, parseDf } from "../../../src/health/disk-probe.js";

const HEAD = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n";

describe("parseDf", () => {
  it.each([
    ["a disk", "/dev/vda1         41152736 12345678  26965340      32% /\n"],
    ["a name with a space in it", "//nas/my share    41152736 12345678  26965340      32% /mnt/my share\n"],
    ["a warning before it", "/dev/vda1         41152736 12345678  26965340      32% /\n"],
  ])("reads %s", (_what, line) => {
    expect(parseDf(HEAD + line)).toEqual({ used: 12_345_678, available: 26_965_340 });
  });

  it("takes less than nothing for nothing", () => {
    expect(parseDf(`${HEAD}/dev/vda1 100 110 -10 111% /`)).toEqual({ used: 110, available: 0 });
  });

  it.each(["", HEAD, "df: /no: No such file or directory\n", " ".repeat(1024 * 1024), "1 ".repeat(500_000)])(
    "reads nothing from what is something else (%#)",
    (output) => {
      expect(parseDf(output)).toBeUndefined();
    },
  );
});

describe("the free space", () => {
  const low = (free: number, minimum: number, unit: string) => ({
    ...{ code: "disk-low", path: "/var", free, minimum, unit },
  });

  it.each([
    [{ used: 90, available: 10 }, { percent: 10 }, undefined],
    [{ used: 901, available: 99 }, { percent: 10 }, low(9, 10, "percent")],
    [{ used: 0, available: 2048 }, { megabytes: 2 }, undefined],
    [{ used: 0, available: 2047 }, { megabytes: 2 }, low(1, 2, "megabytes")],
    // Such as /proc: it has no blocks at all.
    [{ used: 0, available: 0 }, { percent: 10 }, undefined],
  ])("%j where %j must be free", (space, minimum, reason) => {
    expect(judgeSpace(space, "/var", minimum)).toEqual(reason);
  });
});
