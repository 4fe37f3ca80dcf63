import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Those in test/docker need root and a Docker: `npm run test:docker`.
    exclude: [...configDefaults.exclude, "test/docker/**"],
    // Guards against waiting for ever, not measures of speed: real processes start in nearly every file, and a busy
    // machine takes its time.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
    maxWorkers: 3,
  },
});
