import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Uses of this machine's clock, each with its reason. Every other reads the account's with accountNow. */
const ofThisMachine: Readonly<Record<string, readonly [times: number, why: string]>> = {
  'cli/account/account-controls.ts': [2, 'how far the account is ahead of this machine'],
  'cli/account/embedded-account.ts': [1, 'the name of a folder of this machine'],
  'cli/account/synthesis-cache.ts': [2, 'the age of files of this machine'],
  'cli/actions/backtest.ts': [3, 'the form of a date, calendars beside a file, and the account’s time as a distance'],
  'cli/actions/console-faults.ts': [1, 'how far the account is ahead of this machine'],
  'cli/actions/deployed.ts': [1, 'an instant that only the machine judges'],
  'cli/actions/local.ts': [1, 'the beginning of a virtual clock'],
  'cli/actions/verify-history.ts': [3, 'an export has no account; and the pace of lines'],
  'cli/rehearse-all.ts': [2, 'how long the work takes here'],
  'cli/text/progress.ts': [2, 'how long the work takes here'],
};

test('a command reads the time of the account, whose clock may have been moved, and not that of its own machine', () => {
  const found = globSync('cli/**/*.ts', { cwd: root }).flatMap((file) => {
    const uses = readFileSync(join(root, file), 'utf8').match(/Date\.now\(\)|new Date\(\)/g) ?? [];
    return uses.length === 0 ? [] : [[file, uses.length] as const];
  });
  const allowed = Object.entries(ofThisMachine).map(([file, [times]]) => [file, times] as const);
  expect(found.toSorted()).toEqual(allowed.toSorted());
});
