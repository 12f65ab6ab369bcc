import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { StopFaults } from '../../src/faults/stop-faults.ts';

const START = Date.parse('2026-03-02T09:00:00Z');

/** Makes stops, and executions of a machine that enter states. */
function stops(...all: Parameters<StopFaults['add']>[0][]) {
  const clock = new VirtualClock(START);
  const faults = new StopFaults(clock);
  for (const one of all) faults.add(one);
  const execution = (name = 'app-phase-1') => {
    const one = {
      stateMachine: { name },
      point: { state: '', visit: 0 },
      status: 'RUNNING',
      end: (status: string) => {
        one.status = status;
      },
      timeOut: () => one.end('TIMED_OUT'),
      delete: () => one.end('DELETED'),
      enter: (state: string) => {
        one.point = { state, visit: one.point.visit + 1 };
        faults.entered(one);
      },
    };
    return one;
  };
  return { clock, faults, execution };
}

test('an execution is stopped when it enters the state, and no other state', () => {
  const { execution, faults } = stops({ machine: 'phase-1', state: 'Clear' });
  const one = execution();
  one.enter('Open');
  const before = one.status;
  one.enter('Clear');
  expect([before, one.status, faults.unmet()]).toEqual(['RUNNING', 'ABORTED', []]);
});

test.each([
  ['timed-out', 'TIMED_OUT'],
  ['deleted', 'DELETED'],
] as const)('an execution that is due to be %s ends so', (how, status) => {
  const { execution, faults } = stops({ machine: 'phase-1', state: 'Clear', how });
  const one = execution();
  one.enter('Clear');
  expect([one.status, faults.unmet()]).toEqual([status, []]);
});

test('an execution of another machine is not stopped', () => {
  const { execution } = stops({ machine: 'phase-1', state: 'Clear' });
  const other = execution('app-phase-2');
  other.enter('Clear');
  expect(other.status).toBe('RUNNING');
});

test('one execution is stopped, the next is not', () => {
  const { execution } = stops({ machine: 'phase-1', state: 'Clear' });
  const [one, other] = [execution(), execution()];
  one.enter('Clear');
  other.enter('Clear');
  expect([one.status, other.status]).toEqual(['ABORTED', 'RUNNING']);
});

test('a stop after some seconds happens in the state', async () => {
  const { execution, clock } = stops({ machine: 'phase-1', state: 'Clear', after: 5 });
  const one = execution();
  one.enter('Clear');
  await clock.run(START + 4_999);
  const before = one.status;
  await clock.run(START + 5_000);
  expect([before, one.status]).toEqual(['RUNNING', 'ABORTED']);
});

test('a state that was left before its time leaves the stop to the next entry', async () => {
  const { execution, clock, faults } = stops({ machine: 'phase-1', state: 'Clear', after: 5 });
  const one = execution();
  one.enter('Clear');
  one.enter('Close');
  await clock.run(START + 10_000);
  expect([one.status, faults.unmet()]).toEqual([
    'RUNNING',
    ['an execution of phase-1 was due to be stopped in the state Clear, and none was in it for 5 s'],
  ]);
});

test('a state that no execution enters is unmet, by its name', () => {
  const { faults } = stops({ machine: 'phase-1', state: 'Clera' });
  expect(faults.unmet()).toEqual([
    'an execution of phase-1 was due to be stopped in the state Clera, and none entered it',
  ]);
});
