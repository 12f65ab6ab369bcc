import type { Ending } from '../../domain/ending.ts';
import type { Happens, WayForward } from './way-forward.ts';

const deployed = (phase: number, version: string): Happens => [60, { deployed: { phase, version } }];
const started = (phase: number, after: number, more: object = {}): Happens => [
  after,
  { start: { phase, input: { operator: 'ana', ...more } } },
];
const answered = (phase: number, answer: string, more: object = {}): Happens => [
  120,
  { answer: { phase, answer, operator: 'bo', reason: 'look', ...more } } as Happens[1],
];
const fails = (step: string): Happens => [0, { script: { step, host: 'host-2', fails: 3 } }];

/** Every ending that calls a person, and each kind of it. The first one runs with every test. */
export const waysForward: readonly [WayForward, ...WayForward[]] = [
  {
    name: 'Needs a person: a person aborted the hand-over of a failed step',
    when: [deployed(1, 'v1.4.0'), fails('clear-corrupted-cache'), started(1, 150), answered(1, 'abort')],
    page: '[NEEDS A PERSON]',
  },
  {
    name: 'Needs a person: nobody answered the hand-over',
    when: [deployed(3, 'v2.0.0'), fails('reset-configuration'), started(3, 3000)],
    page: '[NEEDS A PERSON]',
  },
  {
    name: 'Needs a person: its execution was stopped',
    when: [deployed(1, 'v1.4.0'), started(1, 40), [120, { stop: { phase: 1, cause: 'ana stops it' } }]],
    page: '[NEEDS A PERSON]',
  },
  {
    name: 'Needs a person: pause --now stopped it',
    when: [
      deployed(1, 'v1.4.0'),
      started(1, 40),
      [120, { brakes: { action: 'pause', now: true, operator: 'ana', reason: 'exchange test' } }],
    ],
    page: '[NEEDS A PERSON]',
  },
  {
    name: 'Needs a person: several phases, of which the first is done',
    when: [
      ...[deployed(3, 'v2.0.0'), deployed(4, 'v2.1.0'), fails('phase-3-reset-configuration')],
      [600, { start: { phase: 'before', input: { before: 3, operator: 'ana' } } } as Happens[1]],
      [120, { release: { operator: 'bo', reason: 'look' } }],
    ],
    page: '[NEEDS A PERSON]',
  },
  {
    name: 'Needs a person while people have halted trading',
    when: [
      ...[deployed(1, 'v1.4.0'), fails('clear-corrupted-cache')],
      [20, { halt: { operator: 'ana', reason: 'bad fills', as: 'ana' } }],
      ...[started(1, 150), answered(1, 'abort')],
    ],
    page: '[NEEDS A PERSON]',
    last: '[RESUMED]',
  },
  {
    name: 'Hand-over: repeat the step',
    when: [deployed(1, 'v1.4.0'), fails('clear-corrupted-cache'), started(1, 150)],
    page: '[HAND-OVER]',
    answer: 'retry',
  },
  {
    name: 'Hand-over: stop',
    when: [deployed(1, 'v1.4.0'), fails('clear-corrupted-cache'), started(1, 150)],
    page: '[HAND-OVER]',
    answer: 'abort',
  },
  {
    name: 'Rolled back, unverified: a step was skipped',
    when: [deployed(3, 'v2.0.0'), fails('reset-configuration'), started(3, 200), answered(3, 'skip'), [200, {}]],
    page: '[UNVERIFIED]',
  },
  {
    name: 'Rolled back, unverified: a host was left out',
    when: [
      ...[deployed(3, 'v2.0.0'), fails('reset-configuration'), started(3, 200)],
      ...[answered(3, 'without-hosts', { hosts: ['host-2'] }), [200, {}] as Happens],
    ],
    page: '[UNVERIFIED]',
  },
  {
    name: 'Hand-over: leave a host out',
    when: [deployed(3, 'v2.0.0'), fails('reset-configuration'), started(3, 200)],
    page: '[HAND-OVER]',
    answer: 'without-hosts',
  },
  {
    name: 'Hand-over: skip the step',
    when: [deployed(3, 'v2.0.0'), fails('reset-configuration'), started(3, 200)],
    page: '[HAND-OVER]',
    answer: 'skip',
  },
  {
    name: 'Rolled back, unverified: a host was away, and is started again',
    when: [
      ...[deployed(1, 'v1.4.0'), [180, { host: { name: 'host-2', state: 'stopped' } }] as Happens],
      started(1, 400),
    ],
    page: '[UNVERIFIED]',
    mended: [[900, { host: { name: 'host-2', state: 'booted' } }] as Happens],
  },
  {
    name: 'A question: an alarm asks, because automation is paused',
    when: [
      deployed(1, 'v1.4.0'),
      [20, { brakes: { action: 'pause', operator: 'ana', reason: 'exchange test' } }],
      [180, { fault: { phase: 1, trigger: 'data_corruption' } }],
    ],
    page: '[CRITICAL] Phase 1:',
    answer: 'rollback',
  },
];

/** Every other ending is a stop: nothing is left to paste. By the ending, why so. */
export const stops: Partial<Readonly<Record<Ending, string>>> = {
  'Rolled back': 'every host is healthy',
  'Stood down': 'no host was touched, and somebody decided so',
  'Fix forward': 'no host was touched; a deployment mends it',
  'Deferred to next release': 'no host was touched; the next release mends it',
  'Observed only': 'no host was touched: the trigger may only observe',
  Planned: 'no host was touched',
  'Not planned': 'no host was touched; its cause names what to mend',
  'Drill passed': 'no host was touched',
  'Drill failed': 'no host was touched; its result names what to mend',
  'Drill yielded': 'no host was touched; the real rollback goes on',
  'Drill stopped': 'no host was touched',
  'Joined the active rollback': 'the other rollback ends',
  'Already handled': 'an earlier rollback ended',
  'Stale alarm ignored': 'the alarm is green',
  'Market not open': 'no host was touched; a rollback begins if it lasts into the session',
};
