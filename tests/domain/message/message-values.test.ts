import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Chain,
  chainAfter,
  chained,
  type EventType,
  emptyChain,
  type RollbackEvent,
} from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { callWords } from '../../../domain/message/call-values.ts';
import { message, placeholders } from '../../../domain/message/message.ts';
import { messageValues } from '../../../domain/message/message-values.ts';
import { questionWords } from '../../../domain/message/question-values.ts';
import { relapseWords } from '../../../domain/message/relapse-values.ts';
import { taskWords } from '../../../domain/message/task-values.ts';
import { truthWords } from '../../../domain/message/truth-values.ts';
import { tradingWords } from '../../../domain/trading/trading-values.ts';

type SampleEvent = [EventType, Readonly<Record<string, unknown>>];
function chainOf(...samples: SampleEvent[]): RollbackEvent[] {
  let end: Chain = emptyChain;
  return samples.map(([type, detail], i) => {
    const event = chained('r-1', end, { id: `e-${i}`, type, at: '2026-03-02T09:05:00.000Z', detail });
    end = chainAfter(event);
    return event;
  });
}
const opened: SampleEvent = [
  'Rollback opened',
  {
    phase: 1,
    phase_name: 'Databento Client',
    trigger: 'data_corruption',
    start_time: '2026-03-02T09:00:00.000Z',
    execution_arn: 'arn:x:r-1',
    fleet: 'trading',
    severity: 'CRITICAL',
    reason: null,
    impact: 'data_corruption (alarm a is red): 3 rows',
    deadline: '2026-03-02T09:15:00.000Z',
  },
];
const frozen = (count: number): SampleEvent => [
  'Hosts frozen',
  { hosts: count, names: Array.from({ length: Math.min(count, 50) }, (_, i) => `host-${i + 1}`), not_online: [] },
];
const confirmed: SampleEvent = ['Recovery confirmed', { step: 'confirm-recovery', version: 'v1', hosts_done: 3 }];
const closed = (ending: string, problem: string | null = null): SampleEvent => ['Rollback closed', { ending, problem }];

const values = (...samples: SampleEvent[]) => {
  const events = chainOf(opened, ...samples);
  return messageValues(recordOf(events), events);
};
const read = (file: string) => readFileSync(new URL(`../../../infra/notifications/${file}`, import.meta.url), 'utf8');

describe('the reason of a drill that asked people', () => {
  const at = '2026-03-02T09:00:00.000Z';
  const asked: SampleEvent = [
    'Question asked',
    { number: 1, kind: 'confirm', severity: 'CRITICAL', why: [], asked_at: at },
  ];
  const answered: SampleEvent = [
    'Answer given',
    { number: 1, answer: 'rollback', operator: 'ana', reason: 'looked', at: '2026-03-02T09:02:00.000Z' },
  ];
  const onHosts = 'Every host reported that each step would work there.';

  test('begins with the fact that nobody answered', () => {
    expect(values(asked, closed('Drill passed')).drill_reason).toBe(
      `NOBODY ANSWERED the question of ${at}. ${onHosts}`,
    );
  });

  test('does not blame people for a question that a real rollback cut short', () => {
    const cut: SampleEvent = ['Question settled', { number: 1, outcome: 'void', by: 'x' }];
    expect(values(asked, cut, closed('Drill yielded', 'Real.')).drill_reason).toBe(
      `The question of ${at} was cut short. Real.`,
    );
  });

  test('begins with who answered when', () => {
    expect(values(asked, answered, closed('Drill passed')).drill_reason).toBe(
      `ana answered rollback after 2 minutes. ${onHosts}`,
    );
  });

  test('is left to the machine while the drill has no ending', () => {
    expect(values(asked).drill_reason).toBeNull();
  });
});

test("fills the initial alert in the customer's wording", () => {
  expect(message(read('initial-alert.txt'), values(frozen(3)))).toEqual({
    subject: '[CRITICAL] Production Issue - Phase 1 Deployment',
    body: [
      'Issue detected at: 2026-03-02T09:00:00.000Z',
      'Affected systems: fleet trading, 3 hosts: host-1, host-2, host-3',
      'Impact: data_corruption (alarm a is red): 3 rows',
      'Action: Initiating rollback procedures',
      '',
      'ETA for resolution: 2026-03-02T09:15:00.000Z (the limit for CRITICAL)',
      'Rollback r-1, phase 1; ending: it has not ended yet; execution: arn:x:r-1; runbook: docs/runbook.md; next: npm run rollback -- show r-1',
    ].join('\n'),
    audience: ['Operations', 'Communications', 'Support'],
  });
});

test('names the phases that a whole-tree restore also undoes', () => {
  const affected = (also_undone: number[]) => {
    const events = chainOf(['Rollback opened', { ...opened[1], also_undone }], frozen(1));
    return messageValues(recordOf(events), events)['affected_systems'];
  };
  expect(affected([])).toBe('fleet trading, 1 host: host-1');
  expect(affected([2, 3, 4])).toBe('fleet trading, 1 host: host-1; phases 2, 3 and 4 are undone with it');
  expect(affected([4])).toBe('fleet trading, 1 host: host-1; phase 4 is undone with it');
});

test('names the flag overrides that a person must lift', () => {
  const overridden: SampleEvent = [
    'Flags overridden',
    { flags: { testing_mode: 'production', success_metrics: false } },
  ];
  expect(values(overridden)['next_steps']).toMatch(
    /; lift these flag overrides after the incident: testing_mode=production, success_metrics=false$/,
  );
});

test('names the review by a second person, until it is given', () => {
  const ended: SampleEvent = ['Rollback closed', { ending: 'Rolled back', review_due: '2026-03-05T09:05:00.000Z' }];
  expect(values(ended)['next_steps']).toMatch(
    /; a second person must review by 2026-03-05T09:05:00\.000Z whether this rollback was right: docs\/runbook\.md#review-overdue$/,
  );
  const given: SampleEvent = ['Reviewed', { verdict: 'right', operator: 'bo', reason: 'x', by: 'arn:r' }];
  expect(values(ended, given)['next_steps']).not.toContain('review');
});

test('names hosts that a person left out of another phase, with the commands that roll them back', () => {
  const owed = [{ phases: [4, 3], hosts: ['host-2'] }];
  const seen: SampleEvent = ['Recovery confirmed', { verdict: 'UNVERIFIED', version: 'v1', checks: [], owed }];
  expect(values(seen)['next_steps']).toMatch(
    /; left out by a person and still at the bad version of phases 4 and 3: host-2; once mended: npm run rollback -- start --phase 4 --only-hosts host-2 --operator "YOUR NAME" --no-wait , and right after it: npm run rollback -- start --phase 3 --only-hosts host-2 --operator "YOUR NAME"$/,
  );
});

test("fills rollback complete in the customer's wording", () => {
  expect(message(read('rollback-complete.txt'), values(frozen(3), confirmed, closed('Rolled back')))).toEqual({
    subject: '[RESOLVED] Phase 1 Rollback Complete',
    body: [
      'Rollback completed at: 2026-03-02T09:05:00.000Z',
      'Systems restored to: v1',
      'Current status: operational',
      'Next steps: root cause analysis; the data that the steps removed is in quarantine on the hosts',
      '',
      'Full incident report to follow.',
      'Rollback r-1, phase 1; ending: Rolled back; execution: arn:x:r-1; runbook: docs/runbook.md#rolled-back; next: npm run rollback -- show r-1',
    ].join('\n'),
    audience: ['Technical Lead', 'Operations', 'QA', 'Communications', 'Support'],
  });
});

test('gives a page the problem', () => {
  expect(values(frozen(3), closed('Needs a person', 'disk full on host-2'))).toMatchObject({
    problem: 'disk full on host-2',
    status: 'degraded',
  });
});

describe('the state of the fleet', () => {
  const closedWith = (fleet: string) =>
    values(['Rollback closed', { ending: 'Needs a person', problem: 'x', fleet }])['fleet'];

  test('is held until a person releases it, and the phase can then be rolled back', () => {
    expect(closedWith('held')).toBe(
      'held until a person releases it; what is not done then: npm run rollback -- start --phase 1 --operator "YOUR NAME"',
    );
  });

  test('names the starts of the phases that are left, after a rollback of several', () => {
    const opened: SampleEvent = [
      'Rollback opened',
      { phase: 1, phases: [4, 1], start_time: '2026-03-02T09:00:00.000Z' },
    ];
    const step: SampleEvent = ['Step started', { step: 'phase-1-verify', attempt: 1 }];
    const held: SampleEvent = ['Rollback closed', { ending: 'Needs a person', problem: 'x', fleet: 'held' }];
    const events = chainOf(opened, step, held);
    expect(messageValues(recordOf(events), events)['fleet']).toBe(
      'held until a person releases it; what is not done then: npm run rollback -- start --phase 1 --operator "YOUR NAME"',
    );
  });

  const leftOut: SampleEvent = [
    'Hosts left out',
    { step: 'phase-4-x', names: ['host-2'], operator: 'bo', reason: 'its disk' },
  ];
  const opened: SampleEvent = ['Rollback opened', { phase: 1, phases: [4, 1], start_time: '2026-03-02T09:00:00.000Z' }];
  const step: SampleEvent = ['Step started', { step: 'phase-1-verify', attempt: 1 }];
  const alone = 'npm run rollback -- start --phase 4 --only-hosts host-2 --operator "YOUR NAME" --no-wait';
  const stoppedWith = (ending: string, fleet: string) => {
    const events = chainOf(opened, frozen(3), leftOut, step, ['Rollback closed', { ending, problem: 'x', fleet }]);
    return messageValues(recordOf(events), events);
  };

  test.each([
    ['held', 'held until a person releases it', 'what is not done then'],
    ['free', 'free', 'what is not done'],
  ])('names a host that was left out, with the phase that only it has not done: %s', (fleet, state, what) => {
    expect(stoppedWith('Needs a person', fleet)['fleet']).toBe(
      `${state}; left out by a person, so not rolled back: host-2; ${what}: ${alone} , and right after it: npm run rollback -- start --phase 1 --operator "YOUR NAME"`,
    );
  });

  test('is free after a good ending; the next steps roll the left-out host back in each phase', () => {
    const { fleet, next_steps } = stoppedWith('Rolled back, unverified', 'free');
    expect(fleet).toBe('free');
    expect(next_steps).toContain(
      `host-2; once mended: ${alone} , and right after it: npm run rollback -- start --phase 1 --only-hosts host-2 --operator "YOUR NAME"`,
    );
  });

  test('is free if no host was touched', () => {
    expect(closedWith('free')).toBe('free');
  });

  test('is possibly held before the closing', () => {
    expect(values()['fleet']).toBe('possibly held; check with: npm run rollback -- show');
  });
});

describe('the decision', () => {
  test('is given in the words of its event', () => {
    const decided: SampleEvent = [
      'Decided',
      { decision: 'Stood down', why: ['Nobody answered, and the alarm has recovered.'] },
    ];
    expect(values(decided)['decided']).toBe('Nobody answered, and the alarm has recovered.');
  });

  test.each([
    ['act', 'it would have been rolled back'],
    ['ask confirm', 'people would have been asked (confirm)'],
    ['Deferred to next release', 'it would have ended "Deferred to next release"'],
  ])('names the outcome of %s under trust observe', (would, words) => {
    expect(values(['Decided', { decision: 'Observed only', why: ['x'], would }])['would']).toBe(words);
  });
});

describe('the affected systems of a rollback that lost hosts', () => {
  const three: SampleEvent = ['Hosts frozen', { hosts: 3, names: ['host-1', 'host-2', 'host-3'], not_online: [] }];

  test('are the hosts that it still acts on, and those that a person left out', () => {
    const out: SampleEvent = ['Hosts left out', { step: 'x', names: ['host-2'], operator: 'bo', reason: 'disk' }];
    expect(values(three, out)['affected_systems']).toBe(
      'fleet trading, 2 hosts: host-1, host-3; left out by a person, so not rolled back: host-2',
    );
  });

  test('are without those that others had done, and those that left the fleet', () => {
    const done: SampleEvent = ['Hosts already done', { done: 1, names: ['host-1'], by: ['r-0'] }];
    const lost: SampleEvent = ['Hosts lost', { lost: 1, names: ['host-3'], away: ['host-3'], reasons: [] }];
    expect(values(three, done, lost)['affected_systems']).toBe(
      'fleet trading, 1 host: host-2; away, so not rolled back: host-3',
    );
  });
});

test('a rollback that ends over a halt says that trading is halted, and how it is resumed', () => {
  const halted = { trading_halted: { hosts: 2, names: ['host-1', 'host-2'] } };
  const { status, next_steps } = values(['Recovery confirmed', { ...confirmed[1], ...halted }], closed('Rolled back'));
  expect(status).toBe('operational; trading is halted on 2 hosts (host-1, host-2), and no rollback resumes it');
  expect(next_steps).toMatch(/^resume trading when it is right: npm run rollback -- resume /);
});

describe('the affected systems', () => {
  test('name the hosts that are not rolled back', () => {
    const some: SampleEvent = ['Hosts frozen', { hosts: 2, names: ['host-1', 'host-2'], not_online: ['host-3'] }];
    expect(values(some)['affected_systems']).toBe(
      'fleet trading, 2 hosts: host-1, host-2; away, so not rolled back: host-3',
    );
  });

  test('name ten hosts and count the rest', () => {
    expect(values(frozen(300))['affected_systems']).toBe(
      'fleet trading, 300 hosts: host-1, host-2, host-3, host-4, host-5, host-6, host-7, host-8, host-9, host-10 and 290 more',
    );
  });

  test('are unknown before the hosts are frozen', () => {
    expect(values()['affected_systems']).toBe('fleet trading, hosts unknown');
  });
});

test.each(readdirSync(new URL('../../../infra/notifications', import.meta.url)))(
  'every placeholder of %s has a value',
  (file) => {
    const ofFollowUps = [...relapseWords, ...taskWords];
    const words = [...questionWords, ...callWords, ...truthWords, ...tradingWords, ...ofFollowUps, 'environment_words'];
    expect([...Object.keys(values()), ...words]).toEqual(expect.arrayContaining(placeholders(read(file))));
  },
);
