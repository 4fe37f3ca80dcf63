/** Counts the tests in the runner's reports, and names those that failed, because what scrolled by is long. */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

// A run that could not even start has no report, and counts as one failure.
const NEVER_RAN = {
  numPassedTests: 0,
  numFailedTests: 1,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
};

const reports = process.argv
  .slice(2)
  .map((file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : NEVER_RAN));
const sum = (...names) =>
  reports.flatMap((report) => names.map((name) => report[name])).reduce((total, count) => total + count, 0);

for (const { name, status, message, assertionResults } of reports.flatMap((report) => report.testResults)) {
  const failed = assertionResults.filter((test) => test.status === "failed");
  for (const test of failed)
    console.log(
      `FAILED ${relative(".", name)} > ${test.fullName}\n${test.failureMessages.join("\n").slice(0, 1500)}`,
    );
  // A file that fails outside of its tests: it cannot be read, or a hook of it failed.
  if (status === "failed" && failed.length === 0)
    console.log(`FAILED ${relative(".", name)}\n${message.slice(0, 1500)}`);
}

const skipped = sum("numPendingTests", "numTodoTests");
const counted = `${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed`;
console.log(`${counted}${skipped > 0 ? `, ${skipped} skipped` : ""}`);
