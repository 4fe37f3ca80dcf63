import { defineConfig } from "vitest/config";
import all from "./vitest.config.js";
import { LONG } from "./vitest.long.config.js";

/** The tests of `npm test`: ten minutes on 2 cores. */
export default defineConfig({ test: { ...all.test, exclude: [...(all.test?.exclude ?? []), ...LONG] } });
