import { expect, test } from 'vitest';
import { ActionFaults } from '../../src/faults/action-faults.ts';
import type { Happening } from '../../src/wire/service.ts';

function faults(...fault: Parameters<ActionFaults['add']>[0][]) {
  const told: Happening[] = [];
  const due = new ActionFaults(
    (happening) => void told.push(happening),
    () => 0,
  );
  for (const one of fault) due.add(one);
  return { due, told };
}

const throttled = (fails: number) => ({ action: 'ssm:SendCommand', fails, error: 'ThrottlingException' });

test('a fault strikes as often as it was asked to, and then no more', () => {
  const { due } = faults(throttled(2));
  const struck = [1, 2, 3].map(() => {
    try {
      due.strike('ssm:SendCommand');
      return 'answered';
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(struck).toEqual(['ThrottlingException', 'ThrottlingException', 'answered']);
});

test('a fault says that it was injected', () => {
  const { due } = faults(throttled(1));
  expect(() => due.strike('ssm:SendCommand')).toThrow('Injected fault: ssm:SendCommand answers ThrottlingException.');
});

test('a fault that only loses the answer strikes once the action is done, not before', () => {
  const { due } = faults({ ...throttled(1), done: true });
  expect(() => due.strike('ssm:SendCommand')).not.toThrow();
  expect(() => due.strike('ssm:SendCommand', [], true)).toThrow('ThrottlingException');
});

test('a fault of another action does not strike', () => {
  const { due } = faults(throttled(1));
  expect(() => due.strike('ssm:ListCommands')).not.toThrow();
});

test.each([
  ['ThrottlingException', 400],
  ['ProvisionedThroughputExceededException', 400],
  ['InternalServerError', 500],
  ['ServiceUnavailable', 500],
])('%s is answered with status %i', (error, statusCode) => {
  const { due } = faults({ action: 'dynamodb:PutItem', fails: 1, error });
  expect(() => due.strike('dynamodb:PutItem')).toThrow(expect.objectContaining({ code: error, statusCode }));
});

test('two faults of one action strike one after the other', () => {
  const { due } = faults(throttled(1), { ...throttled(1), error: 'InternalServerError' });
  expect(() => due.strike('ssm:SendCommand')).toThrow('answers ThrottlingException');
  expect(() => due.strike('ssm:SendCommand')).toThrow('answers InternalServerError');
});

test('a fault that strikes is told to who watches', () => {
  const { due, told } = faults(throttled(1));
  expect(() => due.strike('ssm:SendCommand')).toThrow();
  expect(told).toEqual([
    { service: 'account', event: 'ActionFailed', action: 'ssm:SendCommand', error: 'ThrottlingException' },
  ]);
});

test('a fault that has not struck as often as asked is unmet, with how often it is due', () => {
  const { due } = faults(throttled(3), { action: 'dynamodb:PutItem', fails: 1, error: 'InternalServerError' });
  expect(() => due.strike('ssm:SendCommand')).toThrow();
  expect(() => due.strike('dynamodb:PutItem')).toThrow();
  expect(due.unmet()).toEqual([expect.stringMatching(/ssm:SendCommand .*ThrottlingException 2 more times/)]);
});

test('a fault that lasts strikes every time until its time is over', () => {
  let now = 0;
  const due = new ActionFaults(
    () => {},
    () => now,
  );
  due.add({ action: 'dynamodb:PutItem', for: 120, error: 'InternalServerError' });
  const struck = [0, 60_000, 119_999, 120_000].map((instant) => {
    now = instant;
    try {
      due.strike('dynamodb:PutItem');
      return 'answered';
    } catch {
      return 'struck';
    }
  });
  expect(struck).toEqual(['struck', 'struck', 'struck', 'answered']);
  expect(due.unmet()).toEqual([]);
});

test('a fault of one resource leaves others alone', () => {
  const { due } = faults({
    action: 'dynamodb:PutItem',
    fails: 1,
    error: 'InternalServerError',
    resource: 'app-history',
  });
  const need = (table: string) => [{ action: 'dynamodb:PutItem', resource: `arn:aws:dynamodb:::table/${table}` }];
  expect(() => due.strike('dynamodb:PutItem', need('app-state'))).not.toThrow();
  expect(() => due.strike('dynamodb:PutItem', need('app-history'))).toThrow('InternalServerError');
});

test('a fault that lasted and never struck is unmet', () => {
  const { due } = faults({ action: 'sns:Publish', for: 60, error: 'InternalError' });
  expect(due.unmet()).toEqual(['sns:Publish was asked to answer InternalError for a while, and was not called']);
});
