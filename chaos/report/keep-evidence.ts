import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CampaignResult } from "../campaign.js";

/** Writes down what the judge saw and found, and what the bots said. */
export async function keepEvidence(directory: string, name: string, result: CampaignResult): Promise<void> {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true });
  const { history, violations, hung, output } = result;
  const seen = { violations, hung, history: { ...history, logs: Object.fromEntries(history.logs ?? []) } };
  await writeFile(join(folder, "history.json"), `${JSON.stringify(seen, null, 1)}\n`);
  for (const [member, text] of Object.entries(output)) await writeFile(join(folder, `${member}.log`), text);
}
