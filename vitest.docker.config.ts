import { defineConfig } from "vitest/config";

/** The tests that need root and a Docker: `npm run test:docker`. */
export default defineConfig({
  test: {
    include: ["test/docker/**/*.test.ts"],
    // Each file starts a dockerd of its own, and Compose takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
