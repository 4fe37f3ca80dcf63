import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSE_VERSIONS } from "../../sandbox/docker/docker-client.js";
import { type DockerDaemon, startDocker } from "../../sandbox/docker/start-docker.js";
import { processesMarked } from "../../sandbox/host/processes.js";
import { HOST_MARKER } from "../../sandbox/host/start-target-host.js";
import type { Probe } from "../../src/health/create-prober.js";
import { checkOn, healthy, proberWith, unhealthy } from "../integration/health/health-fixture.js";
import { ComposeHost, HOST } from "./compose-host.js";

const WAIT = { timeout: 60_000 };

let daemon: DockerDaemon;

beforeAll(async () => {
  daemon = await startDocker();
});
afterAll(() => daemon?.close());

describe.each(COMPOSE_VERSIONS)("a probe of a Docker that does not answer, with Compose %s", (version) => {
  let host: ComposeHost;
  let probe: Probe;

  beforeAll(async () => {
    host = await ComposeHost.start(daemon, version);
    probe = proberWith({ runner: host.runner });
  });
  afterAll(() => host?.close());

  it.each([
    ["by its directory", (directory: string) => ({ directory })],
    ["by its labels", () => ({ project: `silent-${version}` })],
  ])(
    "gives up in time, leaves nothing running on the host, and sees its recovery, %s",
    async (_how, input) => {
      const project = await host.project("silent", { web: {} });
      await project.compose("up", "-d");
      const check = checkOn(HOST, { type: "compose", timeout: "3s", ...input(project.directory) });
      daemon.freeze();

      const silent = await probe(check).finally(() => daemon.resume());

      expect(silent).toEqual(unhealthy({ code: "timed-out", seconds: 3 }));
      await expect.poll(() => processesMarked(HOST_MARKER, host.target.directory), WAIT).toEqual([]);
      expect(await probe({ ...check, timeout: 30 })).toEqual(healthy);
    },
  );

  it("says that the daemon is not there", async () => {
    const gone = await ComposeHost.start(daemon, version, { DOCKER_HOST: "unix:///no/such/docker.sock" });
    try {
      const project = await gone.project("gone", { web: {} });
      const probeGone = proberWith({ runner: gone.runner });

      for (const where of [{ directory: project.directory }, { project: project.name }])
        expect(await probeGone(checkOn(HOST, { type: "compose", timeout: "30s", ...where }))).toMatchObject({
          reason: {
            ...{ code: "exited", exitCode: 1 },
            said: expect.stringMatching(/^cannot connect to the docker daemon/i),
          },
          output: expect.stringMatching(/^cannot connect to the docker daemon.*\n$/i),
        });
    } finally {
      await gone.close();
    }
  });
});

describe("the disk probe", () => {
  it("looks at the file system of Docker's own folder", async () => {
    const host = await ComposeHost.start(daemon, "v2");
    try {
      const probe = proberWith({ runner: host.runner });
      const disk = (minimumFree: string) =>
        checkOn(HOST, { type: "disk", path: daemon.dataRoot, minimumFree });

      expect(await probe(disk("1MB"))).toEqual(healthy);
      expect(await probe(disk("999999TB"))).toMatchObject({
        reason: { code: "disk-low", path: daemon.dataRoot, minimum: 999_999 * 1024 ** 2 },
      });
    } finally {
      await host.close();
    }
  });
});
