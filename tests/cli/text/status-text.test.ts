import { expect, test } from 'vitest';
import { partLines, type Status, statusText } from '../../../cli/text/status-text.ts';
import { drillReason } from '../../../domain/question/question.ts';
import { bad, good, type Line, type Readiness } from '../../../domain/ready/readiness.ts';
import { noTruth } from '../../../domain/truth/fleet-truth.ts';

const unread = { unreadable: 'not asked' };
const status = (changes: Partial<Status>): string =>
  statusText({
    environment: 'test',
    at: '2026-03-02T12:00:00.000Z',
    ...{ brakes: unread, budgets: unread, fleet: unread, questions: unread },
    ...{ alarms: unread, readiness: unread, preparations: unread, deployments: unread, verified: unread, owed: unread },
    ...{ truth: unread, trading: unread },
    ...changes,
  });

test('the versions that rollbacks blocked are on one line per phase, the newest first, and their number is kept small', () => {
  const block = (version: string, day: number, phase = 1) => ({
    ...{ phase, version, operator: null, rollback: `r-${day}`, reason: 'it was rolled back' },
    at: `2026-03-0${day}T09:00:00.000Z`,
  });
  const blocks = [block('v1', 1), block('v2', 2), block('v3', 3), block('v4', 4), block('w1', 5, 2)];
  const brakes = { read: { pauses: [], freezes: [], armed: [], blocks, persons: {} } };
  expect(status({ brakes })).toContain(
    [
      'BRAKES',
      '  Rolled back in phase 1, so no rollback restores them until `unblock`: v4 (rollback r-4, 2026-03-04T09:00:00.000Z), v3 (rollback r-3, 2026-03-03T09:00:00.000Z), v2 (rollback r-2, 2026-03-02T09:00:00.000Z), and 1 older.',
      '  Rolled back in phase 2, so no rollback restores them until `unblock`: w1 (rollback r-5, 2026-03-05T09:00:00.000Z).',
      '  Automation is not paused.',
    ].join('\n'),
  );
});

test('the last verified version of each phase is shown, or that none is known', () => {
  const verified = {
    read: [
      { phase: 1, version: 'v1.4.0', at: '2026-03-01T09:00:00.000Z' },
      { phase: 2, version: null, at: null },
    ],
  };
  expect(status({ verified })).toContain(
    'LAST VERIFIED\n  phase 1  v1.4.0  deployed at 2026-03-01T09:00:00.000Z\n  phase 2  none is known',
  );
});

test('a host that a person left out is shown with the command that rolls it back, and one that was away without', () => {
  const host = { phase: 2, rollback: 'r-1', since: '2026-03-02T09:20:00.000Z' };
  const owed = {
    read: [
      { ...host, name: 'host-3', left_out: true },
      { ...host, name: 'host-4', left_out: false },
    ],
  };
  expect(status({ owed })).toContain(
    [
      'LEFT BEHIND',
      '  phase 2  host-3  a person left it out of rollback r-1, which ended at 2026-03-02T09:20:00.000Z; once it is in order: npm run rollback -- start --phase 2 --only-hosts host-3 --environment test',
      '  phase 2  host-4  could not be reached by rollback r-1, which ended at 2026-03-02T09:20:00.000Z; Reconcile rolls it back when it returns',
    ].join('\n'),
  );
});

const plain: Status = {
  ...{ environment: 'local', at: '2026-03-02T12:00:00.000Z' },
  ...{ brakes: unread, budgets: unread, fleet: unread, questions: unread, alarms: unread },
  ...{ readiness: unread, preparations: unread, deployments: unread, verified: unread, owed: unread, truth: unread },
  trading: unread,
};
const capped = (most: number, touched: number) => {
  const hosts = Array.from({ length: touched }, (_, i) => ({ instance_id: `i-${i}`, name: `host-${i + 1}` }));
  return statusText({ ...plain, hosts: { read: { most, within: 3600, touched: hosts } } });
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
  expect(statusText(plain)).not.toContain('CAP');
});

test('a phase that is not ready has each such line with what to do, and a ready one has one line', () => {
  const at = '2026-03-02T11:00:00.000Z';
  const of = (phase: number, lines: readonly Line[]): Readiness => ({
    ...{ phase, version: 'v1.5.0', state: lines.every(({ ready }) => ready) ? 'ready' : 'not ready', at, lines },
    ...{ light: true, by: 'arn', asked_at: at, report_id: 'r', asked: [] },
  });
  const wrong = bad('disk', 'Wrong on 1 of 3 hosts: host-1', 'Free some');
  const readiness = { read: [of(1, [good('tag', 'right'), wrong]), of(2, [good('tag', 'right')])] };
  expect(statusText({ ...plain, readiness })).toContain(
    [
      'READINESS',
      `  phase 1  NOT READY for v1.5.0, checked at ${at}`,
      '    Disk for quarantine: Wrong on 1 of 3 hosts: host-1.',
      '      -> Free some',
      `  phase 2  READY for v1.5.0, checked at ${at}`,
    ].join('\n'),
  );
});

test('a halt that was not resumed is shown first, with the hosts that may trade and the command that resumes', () => {
  const halt = {
    ...{ operator: 'ana', reason: 'wrong prices', at: '2026-03-02T11:00:00.000Z', failed: false },
    ...{ hosts: 3, confirmed: 2, not_confirmed: ['host-2'], only: null },
  };
  const asked = [{ operator: 'bo', reason: 'fixed', at: '2026-03-02T11:30:00.000Z' }];
  expect(status({ trading: { read: { halts: [halt], resumed_in_part: [], asked } } })).toContain(
    [
      'TRADING',
      '  HALTED, by ana at 2026-03-02T11:00:00.000Z: wrong prices. 2 of 3 hosts confirmed. Not confirmed, so these may trade: host-2.',
      '  bo asked to resume at 2026-03-02T11:30:00.000Z.',
      '  To resume: npm run rollback -- resume --operator "YOUR NAME" --reason "WHY" --environment test',
      'BRAKES',
    ].join('\n'),
  );
});

test('the part on trading says when no halt holds', () => {
  expect(status({ trading: { read: { halts: [], resumed_in_part: [], asked: [] } } })).toContain(
    'TRADING\n  No halt is on record that was not resumed.\n',
  );
});

test('a question of a drill is marked, and readiness that somebody asked about says so', () => {
  const asked = { rollback: 'd-1', number: 1, phase: 4, kind: 'confirm', severity: 'HIGH', deadline: 'T' } as const;
  const questions = { read: [{ ...asked, why: [drillReason] }] };
  expect(status({ questions })).toContain('QUESTIONS\n  DRILL of phase 4  confirm');
  const ready: Readiness = {
    ...{ phase: 1, version: 'v1.5.0', state: 'ready', at: 'T', light: false, by: 'arn', lines: [] },
    ...{ asked_at: null, report_id: null, asked: [] },
  };
  expect(status({ readiness: { read: [{ ...ready, asked_about: true }] } })).toContain(
    'READY for v1.5.0, checked at T, because somebody asked: it is not the version that runs or was prepared last',
  );
});

test.each([
  [
    'a host that did not report is not counted among those as deployed',
    { silent: ['i-2'] },
    ['Every host that reported is as deployed, since 09:00.', 'Did not report: i-2.', 'Compared at 10:00.'],
  ],
  [
    'a look that compared nothing is of then, and not of now',
    { not_compared: 'Rollback r-1 held the fleet.' },
    [
      'Every host is as deployed, since 09:00.',
      'The newest look compared nothing: Rollback r-1 held the fleet. Last compared: 10:00.',
    ],
  ],
])('of the hosts: %s', (_, found, lines) => {
  const truth = { ...noTruth, state: 'agree' as const, since: '09:00', compared_at: '10:00', not_compared: null };
  expect(partLines('truth', { ...truth, ...found }, 'local')).toEqual(lines);
});
