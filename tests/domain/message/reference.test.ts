import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endings } from '../../../domain/ending.ts';
import { type Chain, chainAfter, chained, type EventType, emptyChain } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { environmentWords, executionPlace } from '../../../domain/message/execution-place.ts';
import { message } from '../../../domain/message/message.ts';
import { messageValues } from '../../../domain/message/message-values.ts';
import { referenceWithoutRecord } from '../../../domain/message/reference.ts';

const arn = 'arn:aws:states:eu-west-1:111122223333:execution:rollback-production-phase-1:r-1';
const page = `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${arn}`;

type Sample = [EventType, Readonly<Record<string, unknown>>];
function eventsOf(...samples: Sample[]) {
  let end: Chain = emptyChain;
  return samples.map(([type, detail], i) => {
    const event = chained('r-1', end, { id: `e-${i}`, type, at: '2026-03-02T09:05:00.000Z', detail });
    end = chainAfter(event);
    return event;
  });
}
const opened: Sample = [
  'Rollback opened',
  {
    phase: 1,
    trigger: 'data_corruption',
    severity: 'CRITICAL',
    start_time: '2026-03-02T09:00:00.000Z',
    fleet: 'trading',
    execution_arn: arn,
  },
];
const step = { step: 'clear-corrupted-cache', attempt: 2, hosts: 2, hosts_done: 1 };
const failed: Sample[] = [
  ['Step started', step],
  ['Step failed', { ...step, failed: [{ host: 'host-2', reason: 'disk full' }] }],
  ['Rollback closed', { ending: 'Needs a person', problem: 'Clear cache failed.', fleet: 'held' }],
];
const values = (...samples: Sample[]) => {
  const events = eventsOf(opened, ...samples);
  return messageValues(recordOf(events), events);
};
const folder = new URL('../../../infra/notifications/', import.meta.url);

/** These are about hosts, halts, tasks or the procedure, and about no rollback that runs (truth-values.ts, trading-values.ts, task-values.ts). */
const ofNoRollback = [
  ...['host-differs.txt', 'hosts-agree.txt', 'rollback-undone.txt', 'trading-halt.txt', 'trading-halted.txt'],
  ...['halt-not-confirmed.txt', 'halt-failed.txt', 'resume-asked.txt', 'resume-refused.txt', 'trading-resumed.txt'],
  ...['task-overdue.txt', 'task-unowned.txt', 'procedure-review.txt'],
];

describe.each(readdirSync(folder).filter((file) => !ofNoRollback.includes(file)))('%s', (file) => {
  const { body } = message(readFileSync(new URL(file, folder), 'utf8'), values(...failed));

  test.each([
    ['the rollback and its phase', /Rollback:? r-1, phase 1/],
    ['the ending', /[Ee]nding: Needs a person/],
    ['the failed step with its hosts', 'ailed step: clear-corrupted-cache on host-2 (disk full)'],
    [
      'the incident page',
      '/s3/object/rollback-production-history-111122223333-eu-west-1?region=eu-west-1&prefix=pages%2Fr-1.html',
    ],
    ["the execution's page in the console", page],
    ['the runbook at its ending', 'docs/runbook.md#needs-a-person'],
    ['the next command with its environment', 'npm run rollback -- show r-1 --environment production'],
  ])('has %s', (_, expected) => {
    expect(body).toMatch(expected);
  });

  test('has no command that would run in another environment', () => {
    for (const line of body.split('\n').filter((one) => one.includes('npm run rollback --')))
      expect(line).toContain('--environment production');
  });
});

test('a page about a held fleet has the command that releases it', () => {
  expect(values(...failed).reference).toContain(
    'npm run rollback -- release --operator "YOUR NAME" --reason "WHY" --rollback r-1 --environment production',
  );
});

test('a message after the release has it no more', () => {
  const released: Sample = ['Fleet released', { operator: 'ana', reason: 'looked at' }];
  expect(values(...failed, released).reference).not.toContain('rollback -- release');
});

test.each([
  ['every phase', 'Automation has been', ''],
  ['the phase', 'Automation of phase 1 has been', ' --phase 1'],
])('a page of a rollback that a pause of %s stopped ends with the end of that pause', (_, subject, option) => {
  const problem = `${subject} paused since 2026-03-02T09:01:00.000Z by ana, with running rollbacks stopped: exchange test. Clear cache was not begun.`;
  const { reference } = values(['Rollback closed', { ending: 'Needs a person', problem, fleet: 'held' }]);
  expect(String(reference).split('\n').at(-1)).toBe(
    `npm run rollback -- unpause${option} --operator "YOUR NAME" --reason "WHY" --environment production`,
  );
});

test('a page after the release has the start that comes next', () => {
  const released: Sample = ['Fleet released', { operator: 'ana', reason: 'looked at' }];
  expect(
    String(values(...failed, released).reference)
      .split('\n')
      .slice(-2),
  ).toEqual([
    'Roll back what is not done:',
    'npm run rollback -- start --phase 1 --operator "YOUR NAME" --environment production',
  ]);
});

describe('a rollback that stopped while another one holds the fleet', () => {
  const behind = { rollback: 'r-4', phase: 4 };
  const stopped = (...more: Sample[]) =>
    values(['Rollback closed', { ending: 'Needs a person', problem: 'Stopped.', fleet: 'held', behind }], ...more);

  test('names that one first, and releases the fleet after it', () => {
    expect(String(stopped().reference).split('\n').slice(-6)).toEqual([
      'First look at rollback r-4 of phase 4, which still holds the fleet; if it waits for a person, answer or release it:',
      'npm run rollback -- show r-4 --environment production',
      'After it the fleet is kept for this rollback, and you are told. Once the hosts are safe then, release it:',
      'npm run rollback -- release --operator "YOUR NAME" --reason "WHY" --rollback r-1 --environment production',
      'Then roll back what is not done:',
      'npm run rollback -- start --phase 1 --operator "YOUR NAME" --environment production',
    ]);
    expect(stopped().fleet).toContain('held by rollback r-4 of phase 4, and after it kept for this one');
  });

  test('names it no more once the fleet is kept for it', () => {
    const kept = stopped(['Fleet kept', { fleet: 'trading', fence: 9 }]);
    expect(kept.reference).not.toContain('r-4');
    expect(kept.fleet).toBe('held until a person releases it');
  });

  test('is named by the ending of the one that held the fleet', () => {
    const before = { rollback: 'r-9', phase: 9 };
    expect(values(['Rollback closed', { ending: 'Rolled back', fleet: 'free', before }]).next_steps).toMatch(
      /^rollback r-9 of phase 9 stopped, and has the fleet now until a person releases it: npm run rollback -- show r-9 --environment production ; /,
    );
    expect(values(['Rollback closed', { ending: 'Needs a person', fleet: 'held', before }]).fleet).toMatch(
      /^held until a person releases it; rollback r-9 of phase 9 stopped too and has it next: it needs a release of its own/,
    );
  });
});

describe('a rollback that stopped while it waited for a fleet, before it touched a host', () => {
  const waiting: Sample = ['Waiting for the fleet', { fleet: 'trading', holder: 'r-4' }];
  const closed = (more: Readonly<Record<string, unknown>>): Sample => [
    'Rollback closed',
    { ending: 'Needs a person', problem: 'Stopped.', fleet: 'free', ...more },
  ];

  test('names the rollback that holds it, and the start: no alarm asks again, because it is red already', () => {
    const stopped = values(waiting, closed({ held_by: { rollback: 'r-4', phase: 4 } }));
    expect(stopped.fleet).toBe('held by rollback r-4 of phase 4; this rollback waited for it, and no longer does');
    expect(String(stopped.reference).split('\n').slice(-4)).toEqual([
      'Rollback r-4 of phase 4 held the fleet at the end of this one. If it waits for a person, answer or release it:',
      'npm run rollback -- show r-4 --environment production',
      'Roll back what is not done:',
      'npm run rollback -- start --phase 1 --operator "YOUR NAME" --environment production',
    ]);
  });

  test('has the start, too, if the fleet had become free by then', () => {
    const stopped = values(waiting, closed({}));
    expect(stopped.fleet).toBe('free');
    expect(stopped.reference).toContain('npm run rollback -- start --phase 1');
  });

  test('has no start if it stood down', () => {
    const stood = values(waiting, closed({ ending: 'Stood down', held_by: { rollback: 'r-4', phase: 4 } }));
    expect(stood.reference).not.toMatch(/start --phase|held the fleet/);
  });
});

test('a step that worked in the end is no failed step', () => {
  expect(
    values(['Step started', step], ['Step failed', step], ['Step done', { ...step, hosts_done: 2 }]).reference,
  ).toContain('Failed step: none');
});

test('a message of a rollback whose record cannot be read has what its execution tells', () => {
  expect(referenceWithoutRecord({ rollback_id: 'r-1', execution_arn: arn, phase: 1 }).split('\n')).toEqual([
    'Rollback: r-1, phase 1; its record cannot be read',
    `Execution: ${arn}`,
    `Console: ${page}`,
    'Runbook: docs/runbook.md',
    'Next:',
    'npm run rollback -- show r-1 --environment production',
  ]);
});

test.each(endings)('the runbook has a heading for the ending %s, and messages link to it', (ending) => {
  const link = /^Runbook: docs\/runbook\.md#(\S+)$/m.exec(
    String(values(['Rollback closed', { ending }]).reference),
  )?.[1];
  const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
  const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, one = '']) =>
    one
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  expect(headings).toContain(link);
});

test.each([
  ['an environment of AWS', arn, { environment: 'production', console: page }, ' --environment production'],
  [
    'an environment of AWS GovCloud',
    'arn:aws-us-gov:states:us-gov-west-1:111122223333:execution:rollback-gov-phase-2:r-1',
    {
      environment: 'gov',
      console:
        'https://us-gov-west-1.console.amazonaws-us-gov.com/states/home?region=us-gov-west-1#/v2/executions/details/arn:aws-us-gov:states:us-gov-west-1:111122223333:execution:rollback-gov-phase-2:r-1',
    },
    ' --environment gov',
  ],
  [
    'the machine that rolls several phases back',
    'arn:aws:states:eu-west-1:111122223333:execution:rollback-production-phase-roll-back-to-before:r-1',
    {
      environment: 'production',
      console:
        'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:111122223333:execution:rollback-production-phase-roll-back-to-before:r-1',
    },
    ' --environment production',
  ],
  [
    'the embedded account, which has no console',
    'arn:aws:states:us-east-1:000000000000:execution:rollback-local-phase-1:r-1',
    { environment: 'local', console: null },
    '',
  ],
  ['a text that is no ARN', 'r-1', null, ''],
  ['nothing', null, null, ''],
])('the place of an execution of %s is read from its ARN', (_, found, place, words) => {
  expect([executionPlace(found), environmentWords(found)]).toEqual([place, words]);
});
