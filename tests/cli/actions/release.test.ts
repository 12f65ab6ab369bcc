import { expect, test } from 'vitest';
import { releasedText } from '../../../cli/actions/release.ts';

const text = (next: { readonly rollback: string; readonly kept: boolean } | null) =>
  releasedText({ fleet: 'trading', released: 'r-1', next }, 'local').join('\n');

test('a release with no rollback in the queue announces none', () => {
  expect(text(null)).toBe(
    'Fleet trading is free: rollback r-1 no longer holds it, and its history records the release.\nRollback r-1 will not resume; start it again if needed.',
  );
});

test('a release names the rollback that waits, with the command that shows it', () => {
  expect(text({ rollback: 'r-2', kept: false })).toMatch(
    /^Fleet trading was released: [\s\S]* Rollback r-2 waits for the fleet and is next\. It takes the fleet within 30 s and begins on the hosts, unless its alarms recovered:\n {2}npm run rollback -- show r-2$/,
  );
});

test('a release says that the fleet is not free if it is kept for another rollback', () => {
  expect(text({ rollback: 'r-2', kept: true })).toMatch(
    /^Fleet trading is kept for rollback r-2, which ended "Needs a person"; [\s\S]* release it too:\n {2}npm run rollback -- show r-2$/,
  );
});
