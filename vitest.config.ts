import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These need root and a Docker: `npm run test:docker`.
    exclude: [...configDefaults.exclude, "test/docker/**"],
    // Real processes start in nearly every file; the slowest wait for Chromium.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A second, Vitest's own, is short where many processes share two cores.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 3,
  },
});
