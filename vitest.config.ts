import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Generous: a busy machine may take ten times as long, and a hang is found all the same.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
