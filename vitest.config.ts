import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // A machine that is busy with something else makes a test slow, not wrong.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
          include: ["src/**/*.test.ts", "lab/**/*.test.ts", "test/*.test.ts", "bench/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "simulation",
          include: ["sim/**/*.test.ts"],
          testTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "real-parts",
          include: ["test/real-parts/**/*.test.ts", "test/end-to-end/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Real servers on a small machine: one file at a time, and nothing else meanwhile.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
