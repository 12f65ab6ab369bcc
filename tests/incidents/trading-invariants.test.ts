import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../incidents/evidence.ts';
import { oneRollbackPerHost } from '../../incidents/invariants/on-hosts.ts';
import { haltedStaysHalted, haltsAreTold, resumedByTwo } from '../../incidents/invariants/trading.ts';
import { at, evidence, run } from './evidence.ts';

/** The events of a halt or of a resume on host-1. */
const ran = (what: 'halt' | 'resume', seconds: number, report: object = {}): Evidence['happened'] =>
  run(`${what}-${seconds}`, 0, seconds, report, what).map((one) =>
    'parameters' in one ? { ...one, parameters: { ...one.parameters, Kind: ['beside'] } } : one,
  ) as unknown as Evidence['happened'];
const trades = { hosts: { 'host-1': { trading: 'running' } } };

describe('halted-stays-halted', () => {
  test('breaks if a host trades after a halt that it confirmed', () => {
    expect(haltedStaysHalted.breaks(evidence({ ...trades, happened: ran('halt', 10) }))).toEqual([
      `host-1 confirmed the halt halt-10 at ${at(12)}, was not resumed, and is running`,
    ]);
  });

  test('breaks if trading was halted again after it had resumed', () => {
    const happened = [...ran('halt', 10), ...ran('resume', 20, { resumed: true }), ...ran('halt', 30)];
    expect(haltedStaysHalted.breaks(evidence({ ...trades, happened }))).toHaveLength(1);
  });

  test.each([
    ['it was resumed', trades.hosts, ran('resume', 20, { resumed: true }), 0],
    ['there was nothing to resume', trades.hosts, ran('resume', 20, { resumed: false }), 1],
    ['it is halted', { 'host-1': { trading: 'halted' } }, [], 0],
    ['it is gone', {}, [], 0],
  ])('judges a host by its last change: %s', (_, hosts, more, count) => {
    const happened = [...ran('halt', 10), ...more];
    expect(haltedStaysHalted.breaks(evidence({ hosts, happened }))).toHaveLength(count);
  });
});

describe('resumed-by-two', () => {
  const history = (...events: (readonly ['Resume asked' | 'Principal verified', number, object])[]) =>
    events.map(([type, seconds, detail], i) => ({
      ...{ pk: 'EVENT##brakes', sk: `${i}`, id: `${i}`, sequence: i + 1, type, at: at(seconds), detail },
    }));
  const asked = (by: string, seconds: number) => ['Resume asked', seconds, { by }] as const;
  const verified = (by: string, principal: string, seconds: number) =>
    ['Principal verified', seconds, { by, principal }] as const;
  const breaks = (...events: Parameters<typeof history>) =>
    resumedByTwo.breaks(evidence({ history: history(...events), happened: ran('resume', 100, { resumed: true }) }));

  test('holds if two people were verified before', () => {
    expect(breaks(asked('a', 10), verified('a', 'ana', 20), asked('b', 30), verified('b', 'bo', 40))).toEqual([]);
  });

  test.each([
    ['one person asked twice', [asked('a', 10), verified('a', 'ana', 20), asked('b', 30), verified('b', 'ana', 40)]],
    [
      'the second is verified later',
      [asked('a', 10), verified('a', 'ana', 20), asked('b', 30), verified('b', 'bo', 120)],
    ],
    ['the second asked for something else', [asked('a', 10), verified('a', 'ana', 20), verified('c', 'bo', 40)]],
  ])('breaks if %s', (_, events) => {
    expect(breaks(...events)).toEqual([
      `resume resume-1 resumed trading on host-1 at ${at(100)}; verified until then: ana`,
    ]);
  });
});

describe('halts-are-told', () => {
  const arn = 'arn:aws:states:us-east-1:000000000000:execution:rollback-incidents-halt:one';
  const executions = [{ arn, status: 'SUCCEEDED', started_at: at(0), transitions: 1, lambda_invocations: 1 }];
  const message = (name: string) => ({
    ...{ at: at(5), topic: 'operators', message: '' },
    attributes: { message: name, rollback: 'one' },
  });

  test('breaks if people heard only that the halt began', () => {
    expect(haltsAreTold.breaks(evidence({ executions, messages: [message('trading-halt')] }))).toEqual([
      'rollback-incidents-halt one ended SUCCEEDED and sent trading-halt',
    ]);
  });

  test.each([
    ['the result was told', { messages: [message('halt-not-confirmed')] }],
    ['the execution failed', { happened: [{ event: 'ExecutionFailed', execution: arn }] as never }],
  ])('holds if %s', (_, differences) => {
    expect(haltsAreTold.breaks(evidence({ executions, ...differences }))).toEqual([]);
  });
});

test('a halt takes no fleet, so one-rollback-per-host holds beside a rollback', () => {
  const happened = [...run('one', 1, 10), ...ran('halt', 20)] as unknown as Evidence['happened'];
  expect(oneRollbackPerHost.breaks(evidence({ happened }))).toEqual([]);
});
