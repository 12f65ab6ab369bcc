import { describe, expect, test } from 'vitest';
import {
  type HostTrading,
  hostTrading,
  nothingHalted,
  orderLines,
  whyNotResumed,
} from '../../../domain/trading/orders.ts';

const host = { instance_id: 'i-1', name: 'host-1' };
const well = { open_orders: 2, unacknowledged_orders: 0, position_breaks: 0, sequence_gaps: 0 };
const allowed = { open_orders: 10, unacknowledged_orders: 0, position_breaks: 0, sequence_gaps: 0 };
const said = (report: object | null, verdict: 'done' | 'failed' = 'done', reason: string | null = null) =>
  hostTrading({ host, verdict, reason, report: report as never, command_id: 'c' });
const halted = (orders: object): HostTrading => said({ halt: 'h-1', confirmed: true, orders });

describe('what a host says', () => {
  test.each([
    ['a number', 3, 3],
    ['INCONCLUSIVE', 'INCONCLUSIVE', 'INCONCLUSIVE'],
    ['null, which only the script on the host may turn into INCONCLUSIVE', null, 'unknown'],
    ['a negative number', -1, 'unknown'],
    ['a fraction', 0.5, 'unknown'],
    ['true', true, 'unknown'],
    ['a text', '0', 'unknown'],
  ])('%s is read as it is or as unknown, never as 0', (_, found, expected) => {
    expect(halted({ ...well, sequence_gaps: found }).orders.sequence_gaps).toBe(expected);
  });

  test('nothing is known of a host that failed, or whose report has another form', () => {
    expect(said(null, 'failed', 'Delivery Timed Out')).toMatchObject({ halt: undefined, why: 'Delivery Timed Out' });
    expect(said({ halt: 'h-1' })).toMatchObject({ halt: undefined, orders: { open_orders: 'unknown' } });
  });
});

test('there is nothing to resume if no host is halted; it may be a step that stopped trading', () => {
  const free = said({ halt: null, orders: well });
  expect(nothingHalted([free])).toContain('answer the question of that rollback: `rollback decide retry`');
  expect(nothingHalted([free, halted(well)])).toBeUndefined();
  expect(nothingHalted([free, said(null, 'failed', 'no answer')])).toBeUndefined();
});

describe('trading does not resume', () => {
  test.each<[string, HostTrading[], string[]]>([
    [
      'if a figure is more than the environment allows',
      [halted({ ...well, unacknowledged_orders: 1 })],
      ['host-1: unacknowledged_orders is 1, allowed 0'],
    ],
    [
      'if a figure is INCONCLUSIVE or unknown',
      [halted({ ...well, position_breaks: 'INCONCLUSIVE', sequence_gaps: 'unknown' })],
      ['host-1: position_breaks is INCONCLUSIVE, allowed 0', 'host-1: sequence_gaps is unknown, allowed 0'],
    ],
    [
      'if the halt has not confirmed there',
      [said({ halt: 'h-1', confirmed: false, orders: well })],
      ['host-1: the halt h-1 has not confirmed there'],
    ],
    [
      'if a host did not answer',
      [halted(well), said(null, 'failed', 'exit 1')],
      ['host-1: its orders are unknown (exit 1)'],
    ],
  ])('%s', (_, hosts, expected) => {
    expect(whyNotResumed(hosts, allowed)).toEqual(expected);
  });

  test('it does if all is as the environment allows, whatever hosts say that are not halted', () => {
    const other = said({ halt: null, orders: { ...well, position_breaks: 4 } });
    expect(whyNotResumed([halted(well), other], allowed)).toEqual([]);
    expect(orderLines([other, halted(well)])[0]).toBe(
      'host-1: open_orders 2, unacknowledged_orders 0, position_breaks 0, sequence_gaps 0',
    );
  });
});
