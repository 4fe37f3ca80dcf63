import { join } from "node:path";
import { Queue } from "bullmq";
import { repositoryRoot } from "../../sandbox/repository-root.js";
import { NaiveRecord, naiveQueue, naiveRecordKey, naiveRecordsKey } from "../naive/naive-record.js";
import { timingVariables } from "../naive/timing.js";
import type { Subject } from "./subject.js";

const PROGRAM = join(repositoryRoot(), "dist/chaos/naive/naive-worker.js");

/** The control: the same plan over the same SSH, run the plain way inside of the job. It tells nobody. */
export const naive: Subject = {
  members: (world) => [
    { name: "naive", args: [], env: { ...world.env, ...timingVariables(world.timing) }, program: PROGRAM },
  ],

  async order({ client }, { environment, sha }) {
    const record: NaiveRecord = { environment, sha, state: "queued", steps: [] };
    await client.set(naiveRecordKey(sha), JSON.stringify(record), "NX");
    await client.sadd(naiveRecordsKey(environment), sha);
    const queue = new Queue(naiveQueue(environment), { connection: client });
    await queue.add("deploy", { sha }, { jobId: sha, removeOnComplete: true });
    await queue.close();
  },

  async deployments({ client }, environment) {
    const shas = await client.smembers(naiveRecordsKey(environment));
    const stored = await Promise.all(shas.map((sha) => client.get(naiveRecordKey(sha))));
    return stored.map((text) => {
      const record = NaiveRecord.parse(JSON.parse(text ?? "null"));
      return { ...record, id: record.sha, number: 0 };
    });
  },
};
