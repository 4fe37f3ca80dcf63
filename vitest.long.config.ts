import { configDefaults, defineConfig } from "vitest/config";
import all from "./vitest.config.js";

/** They try one promise in many ways, wait for locks that end by themselves, or test the stand-ins. */
export const LONG = [
  "test/e2e/{durable,process,queue,redis-loss}.test.ts",
  "test/integration/{answers,bench,chaos,hosts-matrix}/**/*.test.ts",
  "test/integration/execution/durable/{at-most-once,bounded-log,full-disk,hostile-host,output}.test.ts",
  "test/model/**/*.test.ts",
  "test/sandbox/**/*.test.ts",
];

/** The tests that take long: `npm run test:long`. */
export default defineConfig({ test: { ...all.test, include: LONG, exclude: configDefaults.exclude } });
