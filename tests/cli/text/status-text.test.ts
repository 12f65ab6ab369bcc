import { expect, test } from 'vitest';
import { type Status, statusText } from '../../../cli/text/status-text.ts';

const unread = { unreadable: 'nothing' };
const status: Status = {
  ...{ environment: 'local', at: '2026-03-02T12:00:00.000Z' },
  ...{ brakes: unread, budgets: unread, fleet: unread, questions: unread, alarms: unread },
  ...{ preparations: unread, deployments: unread },
};
const capped = (most: number, touched: number) => {
  const hosts = Array.from({ length: touched }, (_, i) => ({ instance_id: `i-${i}`, name: `host-${i + 1}` }));
  return statusText({ ...status, hosts: { read: { most, within: 3600, touched: hosts } } });
};

test('shows the cap on hosts, and those that automation has touched', () => {
  expect(capped(3, 2)).toContain('CAP\n  Automation has touched 2 of 3 hosts in 60 minutes: host-1, host-2.\nFLEET\n');
});

test('says that a spent cap makes an alarm ask', () => {
  expect(capped(1, 1)).toContain(
    'CAP\n  Automation has touched 1 of 1 host in 60 minutes: host-1.\n  Spent: an alarm that needs any other host asks a permit.\nFLEET\n',
  );
});

test('has no such part without a cap', () => {
  expect(statusText(status)).not.toContain('CAP');
});
