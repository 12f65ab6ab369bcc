import { describe, expect, test } from 'vitest';
import { ActionFaults } from '../../src/faults/action-faults.ts';
import type { Happening } from '../../src/wire/service.ts';

function faults(...fault: Parameters<ActionFaults['add']>[0][]) {
  const happenings: Happening[] = [];
  const due = new ActionFaults(
    (happening) => void happenings.push(happening),
    () => 0,
  );
  for (const one of fault) due.add(one);
  return { due, happenings };
}

const throttled = (fails: number) => ({ action: 'ssm:SendCommand', fails, error: 'ThrottlingException' });

test('a fault occurs as often as requested, and then no more', () => {
  const { due } = faults(throttled(2));
  const struck = [1, 2, 3].map(() => {
    try {
      due.strike('ssm:SendCommand');
      return 'allowed';
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(struck).toEqual(['ThrottlingException', 'ThrottlingException', 'allowed']);
});

test('the error of a fault names itself as injected', () => {
  const { due } = faults(throttled(1));
  expect(() => due.strike('ssm:SendCommand')).toThrow(
    'Injected fault: ssm:SendCommand fails with ThrottlingException.',
  );
});

test('a fault that only loses the response occurs after the action', () => {
  const { due } = faults({ ...throttled(1), done: true });
  expect(() => due.strike('ssm:SendCommand')).not.toThrow();
  expect(() => due.strike('ssm:SendCommand', [], { done: true })).toThrow('ThrottlingException');
});

test('a fault of another action does not occur', () => {
  const { due } = faults(throttled(1));
  expect(() => due.strike('ssm:ListCommands')).not.toThrow();
});

test.each([
  ['ThrottlingException', 400],
  ['ProvisionedThroughputExceededException', 400],
  ['InternalServerError', 500],
  ['ServiceUnavailable', 500],
  ['NoResponse', 0],
])('%s has the status %i', (error, statusCode) => {
  const { due } = faults({ action: 'dynamodb:PutItem', fails: 1, error });
  expect(() => due.strike('dynamodb:PutItem')).toThrow(expect.objectContaining({ code: error, statusCode }));
});

test('two faults of one action occur one after the other', () => {
  const { due } = faults(throttled(1), { ...throttled(1), error: 'InternalServerError' });
  expect(() => due.strike('ssm:SendCommand')).toThrow('fails with ThrottlingException');
  expect(() => due.strike('ssm:SendCommand')).toThrow('fails with InternalServerError');
});

test('a fault that occurs is reported to watchers', () => {
  const { due, happenings } = faults(throttled(1));
  expect(() => due.strike('ssm:SendCommand')).toThrow();
  expect(happenings).toEqual([
    { service: 'account', event: 'ActionFailed', action: 'ssm:SendCommand', error: 'ThrottlingException' },
  ]);
});

test('a fault that has occurred less often than requested is unmet, with the missing number', () => {
  const { due } = faults(throttled(3), { action: 'dynamodb:PutItem', fails: 1, error: 'InternalServerError' });
  expect(() => due.strike('ssm:SendCommand')).toThrow();
  expect(() => due.strike('dynamodb:PutItem')).toThrow();
  expect(due.unmet()).toEqual([expect.stringMatching(/ssm:SendCommand .*ThrottlingException 2 more times/)]);
});

test('a lasting fault occurs on every call until its time ends', () => {
  let now = 0;
  const due = new ActionFaults(
    () => {},
    () => now,
  );
  due.add({ action: 'dynamodb:PutItem', for: 120, error: 'InternalServerError' });
  const results = [0, 60_000, 119_999, 120_000].map((instant) => {
    now = instant;
    try {
      due.strike('dynamodb:PutItem');
      return 'allowed';
    } catch {
      return 'failed';
    }
  });
  expect(results).toEqual(['failed', 'failed', 'failed', 'allowed']);
  expect(due.unmet()).toEqual([]);
});

test('a fault of one resource does not occur on others', () => {
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

describe('a fault of one caller', () => {
  const arn = 'arn:aws:sts::000000000000:assumed-role/app-CloseRole1A2B/app-close';
  const callers: [string, string, boolean][] = [
    ['the end of a function’s name', 'close', true],
    ['a function’s whole name', 'app-close', true],
    ['a part of a word', 'lose', false],
    ['another function', 'open', false],
  ];
  test.each(callers)('by %s', (_, caller, strikes) => {
    const { due } = faults({ ...throttled(1), caller });
    const struck = expect(() => due.strike('ssm:SendCommand', [], { caller: arn }));
    if (strikes) struck.toThrow('ThrottlingException');
    else struck.not.toThrow();
  });

  test('is named by the person’s name too', () => {
    const { due } = faults({ ...throttled(1), caller: 'ana' });
    const ana = 'arn:aws:iam::000000000000:user/ana';
    expect(() => due.strike('ssm:SendCommand', [], { caller: ana })).toThrow('ThrottlingException');
  });

  test('is unmet, by the caller’s name, if only others called', () => {
    const { due } = faults({ ...throttled(1), caller: 'close' });
    due.strike('ssm:SendCommand', [], { caller: 'arn:aws:iam::000000000000:user/ana' });
    expect(due.unmet()).toEqual([
      'ssm:SendCommand by close was due to fail with ThrottlingException 1 more times, and was not called',
    ]);
  });
});

test('a garbled response comes after the action', () => {
  const { due } = faults({ ...throttled(1), error: 'GarbledResponse' });
  expect(() => due.strike('ssm:SendCommand')).not.toThrow();
  expect(() => due.strike('ssm:SendCommand', [], { done: true })).toThrow('GarbledResponse');
});

test('a lasting fault that never occurred is unmet', () => {
  const { due } = faults({ action: 'sns:Publish', for: 60, error: 'InternalError' });
  expect(due.unmet()).toEqual(['sns:Publish was due to fail with InternalError for a while, and was not called']);
});
