import { describe, expect, test } from 'vitest';
import { parseRollbackRequest } from '../../../domain/decision/rollback-request.ts';

const known =
  'Known keys: severity, reason, operator, mode, only_hosts, since, from_step, trigger, people. Nothing was changed.';

describe('accepts', () => {
  test('{} as a HIGH live rollback without an operator', () => {
    expect(parseRollbackRequest({})).toEqual({
      severity: 'HIGH',
      reason: null,
      operator: null,
      mode: 'live',
      only_hosts: null,
    });
  });

  test('every key at once', () => {
    const input = { severity: 'CRITICAL', reason: 'bad fills', operator: 'ana', mode: 'live', only_hosts: ['host-2'] };
    expect(parseRollbackRequest(input)).toEqual(input);
  });

  test.each(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'])('severity %s', (severity) => {
    expect(parseRollbackRequest({ severity }).severity).toBe(severity);
  });

  test('a reason and an operator, without the blanks around them', () => {
    expect(parseRollbackRequest({ reason: ' bad fills\n', operator: ' ana ' })).toMatchObject({
      reason: 'bad fills',
      operator: 'ana',
    });
  });

  test('null for reason and operator', () => {
    expect(parseRollbackRequest({ reason: null, operator: null })).toMatchObject({ reason: null, operator: null });
  });

  test('hosts, and removes duplicates', () => {
    expect(parseRollbackRequest({ only_hosts: ['host-2', 'i-01', 'host-2'] }).only_hosts).toEqual(['host-2', 'i-01']);
  });

  test('a reason of 500 characters', () => {
    expect(parseRollbackRequest({ reason: 'x'.repeat(500) }).reason).toHaveLength(500);
  });
});

describe('refuses', () => {
  test.each([
    ['null', null, 'The input must be a JSON object such as {}; found null.'],
    ['a list', [], 'The input must be a JSON object such as {}; found [].'],
    ['a text', 'HIGH', 'The input must be a JSON object such as {}; found "HIGH".'],
    ...[[], 'host-2', [2], ['a b'], ['']].map((only_hosts): [string, unknown, string] => [
      `${JSON.stringify(only_hosts)} as only_hosts`,
      { only_hosts },
      `only_hosts must be a list of 1 to 1000 host names or instance ids such as ["host-2"]; found ${JSON.stringify(only_hosts)}.`,
    ]),
    ['an unknown key', { force: true }, `Unknown input key "force". ${known}`],
    ['a misspelt key', { severty: 'LOW' }, `Unknown input key "severty". Did you mean "severity"? ${known}`],
    ['a key in capitals', { Mode: 'live' }, `Unknown input key "Mode". Did you mean "mode"? ${known}`],
    ['a key two letters off', { resons: 'x' }, `Unknown input key "resons". Did you mean "reason"? ${known}`],
    ['a key three letters off', { operating: 'x' }, `Unknown input key "operating". ${known}`],
    ['a key of a later version', { dry_run: true }, `Unknown input key "dry_run". ${known}`],
    ['a key that every object has', JSON.parse('{"__proto__": 1}'), `Unknown input key "__proto__". ${known}`],
    [
      'a severity in small letters',
      { severity: 'high' },
      'severity must be one of CRITICAL, HIGH, MEDIUM, LOW; found "high".',
    ],
    ['null as severity', { severity: null }, 'severity must be one of CRITICAL, HIGH, MEDIUM, LOW; found null.'],
    ['a number as severity', { severity: 1 }, 'severity must be one of CRITICAL, HIGH, MEDIUM, LOW; found 1.'],
    ['an empty reason', { reason: '' }, 'reason must be one line of 1 to 500 printable characters; found "".'],
    [
      'a reason that would forge a line in the record',
      { reason: 'x\n  ending   Rolled back' },
      'reason must be one line of 1 to 500 printable characters; found "x\\n  ending   Rolled back".',
    ],
    ['a blank operator', { operator: '  ' }, 'operator must be one line of 1 to 100 printable characters; found "  ".'],
    ['a number as operator', { operator: 7 }, 'operator must be one line of 1 to 100 printable characters; found 7.'],
    [
      'a reason too long',
      { reason: 'x'.repeat(501) },
      `reason must be one line of 1 to 500 printable characters; found "${'x'.repeat(59)}.`,
    ],
  ])('%s', (_, input, message) => {
    expect(() => parseRollbackRequest(input)).toThrow(expect.objectContaining({ name: 'InvalidInput', message }));
  });
});

describe('refuses another mode and never runs it as live', () => {
  test.each([
    ['Live', 'mode must be live, plan or simulate; found "Live".'],
    ['live ', 'mode must be live, plan or simulate; found "live ".'],
    ['simulated', 'mode must be live, plan or simulate; found "simulated".'],
    ['', 'mode must be live, plan or simulate; found "".'],
    [null, 'mode must be live, plan or simulate; found null.'],
    [true, 'mode must be live, plan or simulate; found true.'],
  ])('%j', (mode, message) => {
    expect(() => parseRollbackRequest({ mode })).toThrow(expect.objectContaining({ name: 'InvalidInput', message }));
  });
});

describe('a drill', () => {
  test('needs no more than its mode', () => {
    expect(parseRollbackRequest({ mode: 'simulate' })).toEqual({
      severity: 'HIGH',
      reason: null,
      operator: null,
      mode: 'simulate',
      only_hosts: null,
    });
  });

  test('may name a trigger, and ask people', () => {
    const input = { mode: 'simulate', trigger: 'data_corruption', people: true };
    expect(parseRollbackRequest(input)).toMatchObject({ trigger: 'data_corruption', people: true });
  });

  test('that asks nobody says so or says nothing', () => {
    expect(parseRollbackRequest({ mode: 'simulate', people: false })).not.toHaveProperty('people');
  });

  test.each([
    [
      { mode: 'simulate', only_hosts: ['host-1'] },
      'only_hosts belongs to a real rollback or a plan; a drill (mode simulate) is of the whole rollback. Leave it out. Nothing was changed.',
    ],
    [
      { mode: 'simulate', from_step: 'Clear cache', reason: 'x' },
      'from_step belongs to a real rollback or a plan; a drill (mode simulate) is of the whole rollback. Leave it out. Nothing was changed.',
    ],
    [
      { trigger: 'data_corruption' },
      'trigger belongs to a drill; found it with mode live. Add "mode": "simulate", or leave it out. Nothing was changed.',
    ],
    [
      { mode: 'plan', people: true },
      'people belongs to a drill; found it with mode plan. Add "mode": "simulate", or leave it out. Nothing was changed.',
    ],
    [
      { mode: 'simulate', trigger: 'moon' },
      'trigger must be one of system_failure, data_corruption, performance_degradation, security_issue, cost_explosion, cascade_failure; found "moon". Nothing was changed.',
    ],
    [{ mode: 'simulate', people: 1 }, 'people must be true or false; found 1. Nothing was changed.'],
  ])('is refused: %j', (input, message) => {
    expect(() => parseRollbackRequest(input)).toThrow(expect.objectContaining({ name: 'InvalidInput', message }));
  });
});

test('accepts the mode plan', () => {
  expect(parseRollbackRequest({ mode: 'plan' }).mode).toBe('plan');
});

describe('since', () => {
  const startedAt = '2026-03-02T09:00:00.000Z';
  const parse = (since: unknown, reason: string | null = 'first corrupt row') =>
    parseRollbackRequest({ since, ...(reason ? { reason } : {}) }, startedAt);

  test.each(['2026-03-02T08:55:00Z', '2026-03-02T08:55:00.500Z', startedAt])('takes %s with a reason', (since) => {
    expect(parse(since).since).toBe(since);
  });

  test('is absent if nobody gives it', () => {
    expect(parse(null)).not.toHaveProperty('since');
  });

  test.each<[string, unknown, string | null, string]>([
    ['without a reason', '2026-03-02T08:55:00Z', null, 'so it needs a reason'],
    ['in the future', '2026-03-02T09:00:00.001Z', 'x', 'must not be in the future'],
    ['without a time zone', '2026-03-02T08:55:00', 'x', 'must be an instant in UTC'],
    ['that is no date', '2026-13-02T08:55:00Z', 'x', 'must be an instant in UTC'],
    ['that is no text', 5, 'x', 'must be an instant in UTC'],
    ['on a day that its month does not have', '2026-02-30T08:55:00Z', 'x', 'since must be an instant in UTC'],
  ])('is refused %s', (_, since, reason, message) => {
    expect(() => parse(since, reason)).toThrow(message);
  });
});

describe('from_step', () => {
  const parse = (input: object) => parseRollbackRequest(input).from_step;

  test('is the text that the person gave, with a reason', () => {
    expect(parse({ from_step: 'Restore previous version', reason: 'the rest is done' })).toBe(
      'Restore previous version',
    );
  });

  test('is absent if nobody gives it', () => {
    expect(parseRollbackRequest({})).not.toHaveProperty('from_step');
  });

  test('needs a reason', () => {
    expect(() => parse({ from_step: 'Clear cache' })).toThrow(
      'from_step leaves out the steps before it, so it needs a reason: add "reason": "those steps are done". Nothing was changed.',
    );
  });

  test('needs none in a plan, which leaves nothing out', () => {
    expect(parse({ from_step: 'Clear cache', mode: 'plan' })).toBe('Clear cache');
  });

  test.each([[4], [''], [['Clear cache']], ['Clear\ncache']])('%j is refused', (from_step) => {
    expect(() => parse({ from_step, reason: 'r' })).toThrow(
      'from_step must be one line of 1 to 100 printable characters',
    );
  });
});
