import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { historyCommand } from '../../../cli/text/commands-to-paste.ts';

test('the command of the next page repeats filters, range, format and environment', () => {
  const asked = { environment: 'staging', filter: { phase: 2, cause: false }, range: { last: '90d' } };
  expect(historyCommand(asked, { limit: 20, page: 'TOKEN', json: undefined, csv: true })).toBe(
    'npm run rollback -- history --phase 2 --last 90d --limit 20 --without-cause --csv --page TOKEN --environment staging',
  );
});

test.each(['Rolled back, unverified', "it's", '$(reboot)', '`a`', 'a;b', '"', '\\', 'a\nb', 'ünï', '*'])(
  'a shell reads %j in it as one word',
  (operator) => {
    const asked = { environment: 'local', filter: { operator }, range: {} };
    const command = historyCommand(asked, { limit: 20, page: 'TOKEN', json: true, csv: undefined });
    const words = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' }).split('\0');
    expect(words[words.indexOf('--operator') + 1]).toBe(operator);
  },
);
