import { describe, expect, test } from 'vitest';
import { chainWith, type Happened } from '../../../domain/history/event.ts';
import { calendarOf } from '../../../domain/story/around.ts';
import { storyOf } from '../../../domain/story/story-of.ts';
import { storySchema } from '../../../rehearsals/story.ts';

const start = Date.parse('2026-03-02T09:00:00.000Z');
const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const happened = (type: Happened['type'], seconds: number, detail: object): Happened => ({
  ...{ id: `${type}/${seconds}`, type, at: iso(seconds), detail: { ...detail } },
});
const execution = (machine: string, id: string) =>
  `arn:aws:states:eu-west-1:111122223333:execution:rollback-production-${machine}:${id}`;
const opening = (more: object = {}) =>
  happened('Rollback opened', 0, {
    ...{ phase: 1, phase_name: 'p', execution_arn: execution('phase-1', 'r-1'), fleet: 'trading', deadline: null },
    ...{ trigger: 'manual', severity: 'HIGH', reason: 'bad prices', operator: 'ana', mode: 'live' },
    ...{ start_time: iso(0), breaching_since: null, only_hosts: null, alarm: null, ...more },
  });
const alarm = { name: 'rollback-production-phase-1-data_corruption', changed_at: iso(0), state: 'ALARM' };
const byAlarm = { trigger: 'data_corruption', severity: 'CRITICAL', operator: null, alarm, breaching_since: iso(-20) };
const frozen = (more: object = {}) =>
  happened('Hosts frozen', 1, { hosts: 2, names: ['ldn-10', 'ldn-2'], not_online: [], deployment: null, ...more });
const written = (...events: Happened[]) => storyOf('production', chainWith('r-1', [], events));
/** The story, checked as rehearse checks it. */
const read = (...events: Happened[]) => storySchema.parse(written(...events).document);

describe('a story from a record', () => {
  test('has a start by hand with its input, on hosts by the names of stories', () => {
    const { when, hosts } = read(opening({ only_hosts: ['ldn-10'] }), frozen());
    expect(hosts).toBe(2);
    expect(when).toEqual([
      {
        at: 0,
        start: { phase: 1, input: { severity: 'HIGH', reason: 'bad prices', operator: 'ana', only_hosts: ['host-2'] } },
      },
    ]);
  });

  test('has the fault before its alarm, and all else as long after the opening as it was', () => {
    const answered = happened('Answer given', 130, {
      ...{ number: 1, answer: 'stand-down', operator: 'bo', reason: 'a test', at: iso(120) },
      by: execution('decide', 'd-1'),
    });
    const verified = happened('Principal verified', 140, {
      ...{ by: execution('decide', 'd-1'), principal: 'arn:aws:sts::111122223333:assumed-role/Ops/bo@bank.example' },
    });
    const { when, given, trust } = read(
      opening(byAlarm),
      frozen({ deployment: { version: 'v9', at: iso(-600) } }),
      answered,
      verified,
    );
    expect([given, trust]).toEqual([[{ deployed: { phase: 1, version: 'v9', at: -570 } }], 'auto']);
    expect(when).toEqual([
      { at: 0, fault: { phase: 1, trigger: 'data_corruption' } },
      {
        at: 150,
        answer: { answer: 'stand-down', operator: 'bo', reason: 'a test', phase: 1, as: 'bo.bank.example' },
      },
    ]);
  });

  test.each([
    [
      'a deployment that is too old',
      [frozen({ deployment: { version: 'v9', at: iso(-7200) } })],
      'v9 was deployed 2.0 hours',
    ],
    ['another environment', [frozen()], 'The settings of production'],
    ['hosts of other names', [frozen()], 'host-1 is ldn-2, host-2 is ldn-10'],
    [
      'another rollback',
      [frozen(), happened('Waiting for the fleet', 2, { holder: 'r-0' })],
      'Another rollback held the fleet',
    ],
    [
      'what AWS refused',
      [frozen(), happened('Message not sent', 2, { message: 'x', why: 'y' })],
      'Messages that AWS did not',
    ],
    [
      'that deployments were held',
      [frozen(), happened('Deployments not held', 2, { hosts: 3, failing: 1, failed: [] })],
      'The script that holds deployments',
    ],
    ['the reason of a host', [frozen(), failed()], 'clear-cache failed on host-1 because of: disk full.'],
    ['an end that has not come', [frozen()], 'It has not ended yet'],
  ])('names %s as not expressed', (_, events, says) => {
    expect(written(opening(), ...events).notExpressed.join('\n')).toContain(says);
  });

  test('fails a host as often as it failed, if the rollback could not go on with it; not if the next attempt did it', () => {
    const stepOf = (seconds: number, type: Happened['type'], step: string, more: object = {}) =>
      happened(type, seconds, { step, attempt: seconds, hosts: 2, hosts_done: 1, ...more });
    const { when } = read(
      opening(),
      frozen(),
      stepOf(2, 'Step started', 'switch'),
      stepOf(3, 'Step failed', 'switch', { failed: [{ host: 'ldn-2', reason: 'not ticked' }] }),
      stepOf(4, 'Step started', 'switch'),
      stepOf(5, 'Step done', 'switch'),
      stepOf(6, 'Step started', 'clear-cache'),
      failed(7),
      stepOf(8, 'Step started', 'clear-cache'),
      failed(9),
      happened('Question asked', 10, { number: 1, kind: 'hand-over', why: [], deadline: iso(99), asked_at: iso(10) }),
    );
    expect(when.filter(({ script }) => script)).toEqual([
      { at: 0, script: { step: 'clear-cache', host: 'host-1', fails: 2 } },
    ]);
  });

  test('stays one file, whatever people and hosts wrote', () => {
    const hostile = 'x\n- at: 0s\n# \u2028"';
    const events = [opening({ reason: hostile }), frozen({ names: [hostile] })];
    expect(read(...events).when).toHaveLength(1);
  });
});

function failed(seconds = 7): Happened {
  const of = { step: 'clear-cache', attempt: seconds, hosts: 2, hosts_done: 1 };
  return happened('Step failed', seconds, { ...of, failed: [{ host: 'ldn-2', reason: 'disk full' }] });
}

describe('what is around a rollback', () => {
  const hour = 3_600_000;
  const sessions = {
    ...{ from: start - 48 * hour, until: start + 48 * hour },
    sessions: [
      { from: start - 20 * hour, until: start - 12 * hour },
      { from: start - hour, until: start + 2 * hour },
    ],
  };
  const environment = {
    ...{ venues: { all: ['xnys'], phases: { '3': ['cme-globex'] }, halted: 'MarketHalted' }, sessions },
    hold: { script: 'scripts/hold.py', arguments: [] },
    host: { protected: ['outputs/fix'] },
    trading: { halt_on_critical: ['data_corruption'] },
  } as unknown as Parameters<typeof storyOf>[2];
  const told = (name: string) => storyOf(name, chainWith('r-1', [], [opening(), frozen()]), environment);

  test('are its trading sessions: closed between them, and open where no file has a date', () => {
    expect(calendarOf({ zero: start }, sessions)).toEqual([
      { from: '-20160m', until: '-2880m' },
      { from: '-1200m', until: '-720m' },
      { from: '-60m', until: '120m' },
      { from: '2880m', until: '20160m' },
    ]);
    expect(storySchema.parse(told('production').document).calendar).toHaveLength(4);
    expect(calendarOf({ zero: start }, undefined)).toBeUndefined();
  });

  test('sessions that meet are one', () => {
    const meeting = [
      { from: start - hour, until: start + 20_000 },
      { from: start + 20_000, until: start + hour },
    ];
    expect(calendarOf({ zero: start }, { from: start - hour, until: start + hour, sessions: meeting })).toEqual([
      { from: '-20160m', until: '20160m' },
    ]);
  });

  test('are settings that a story cannot have, each named', () => {
    const { notExpressed } = told('production');
    for (const words of [
      'venues of their own',
      'venues.halted',
      'scripts/hold.py',
      'host.protected: 1',
      'halt_on_critical',
    ])
      expect(notExpressed.join(' ')).toContain(words);
  });

  test('of the environment local are the settings of the rehearsal, so only halts of venues and venues of phases are named', () => {
    expect(told('local').notExpressed.filter((one) => /hold|protected|halt_on/.test(one))).toEqual([]);
    expect(told('local').notExpressed.filter((one) => /venues/.test(one))).toHaveLength(2);
  });

  test('names a halt of trading that the hosts had when recovery was looked at', () => {
    const look = happened('Recovery not confirmed', 300, { trading_halted: { hosts: 2, names: ['ldn-10', 'ldn-2'] } });
    const again = happened('Recovery confirmed', 330, { trading_halted: { hosts: 2, names: ['ldn-10', 'ldn-2'] } });
    expect(written(opening(), frozen(), look, again).notExpressed.filter((one) => one.includes('halt'))).toEqual([
      `The halt of trading: at ${iso(300)} it was halted on 2 hosts. The record does not have when that began: add halt at its time.`,
    ]);
  });

  test('are events that a story does not have, each kind named once', () => {
    const { notExpressed } = written(
      opening(byAlarm),
      frozen(),
      happened('Narrowed to ill hosts', 2, { names: ['ldn-2'] }),
      ...[3, 4].map((at) => happened('Task opened', at, {})),
    );
    expect(notExpressed.filter((one) => /Only some hosts were ill|What followed it/.test(one))).toHaveLength(2);
  });

  test('are nothing if the environment has nothing of it', () => {
    expect(
      storyOf('local', chainWith('r-1', [], [opening(), frozen({ names: ['host-1', 'host-2'] })])).notExpressed,
    ).toEqual(['It has not ended yet: the story expects no ending.']);
  });
});
