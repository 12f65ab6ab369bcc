import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What takes minutes runs by `npm run test:slow`.
    include: [process.env['SLOW'] ? 'tests/**/*.slow.test.ts' : 'tests/**/*.test.ts'],
    exclude: process.env['SLOW'] ? [] : ['tests/**/*.slow.test.ts'],
    // The slowest files mostly wait, for real clocks and for processes to end; three at a time keep two cores busy.
    maxWorkers: 3,
    globalSetup: ['tests/run-folder.ts'],
    // Generous: a busy machine may take ten times as long, and a hang is found all the same.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
