import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "lab/**/*.test.ts", "test/*.test.ts", "bench/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "simulation",
          include: ["sim/**/*.test.ts"],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "real-parts",
          include: ["test/real-parts/**/*.test.ts", "test/end-to-end/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
