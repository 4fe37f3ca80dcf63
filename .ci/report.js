/**
 * Names what failed in the parts of a run, because what scrolled by is long, and closes with the number of tests. A
 * part leaves in the folder its output (`NAME.log`), its exit status (`NAME.status`) and, where it ran tests, the
 * runner's report (`NAME.json`).
 */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const [folder, ...parts] = process.argv.slice(2);
const MESSAGE_CHARACTERS = 1500;
const LAST_LINES = 60;

const count = { passed: 0, failed: 0, skipped: 0 };
for (const part of parts) {
  const failedBefore = count.failed;
  for (const file of testFiles(part)) tell(file);
  const status = Number(read(`${part}.status`));
  // A run that did not start, an error outside of every test, a part without tests: one failure, and its last words.
  if (status !== 0 && count.failed === failedBefore) {
    count.failed += 1;
    const lines = stripVTControlCharacters(read(`${part}.log`))
      .trimEnd()
      .split("\n");
    console.log(
      `FAILED ${part}, exit status ${status}. Its last lines:\n${lines.slice(-LAST_LINES).join("\n")}`,
    );
  }
}
console.log(
  `${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ""}`,
);
process.exitCode = count.failed > 0 ? 1 : 0;

function read(name) {
  return readFileSync(join(folder, name), "utf8");
}

function testFiles(part) {
  return existsSync(join(folder, `${part}.json`)) ? JSON.parse(read(`${part}.json`)).testResults : [];
}

function tell({ name, status, message, assertionResults }) {
  const file = relative(".", name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  for (const test of failed) {
    console.log(`FAILED ${file} > ${test.fullName}`);
    console.log(test.failureMessages.join("\n").slice(0, MESSAGE_CHARACTERS));
  }
  const passed = assertionResults.filter((test) => test.status === "passed").length;
  count.passed += passed;
  count.failed += failed.length;
  count.skipped += assertionResults.length - passed - failed.length;
  // A file that fails outside of its tests: it cannot be read, or a hook of it failed.
  if (status === "failed" && failed.length === 0) {
    count.failed += 1;
    console.log(`FAILED ${file}\n${message.slice(0, MESSAGE_CHARACTERS)}`);
  }
}
