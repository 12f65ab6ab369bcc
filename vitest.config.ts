import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What takes minutes runs by `npm run test:slow`.
    include: [process.env['SLOW'] ? 'tests/**/*.slow.test.ts' : 'tests/**/*.test.ts'],
    exclude: process.env['SLOW'] ? [] : ['tests/**/*.slow.test.ts'],
    // Generous: a busy machine may take ten times as long, and a hang is found all the same.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
