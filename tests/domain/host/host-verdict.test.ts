import { describe, expect, test } from 'vitest';
import {
  failureSentence,
  type HostVerdict,
  hostVerdict,
  type Invocation,
  verdictOfCancelled,
} from '../../../domain/host/host-verdict.ts';

const host = { instance_id: 'i-1', name: 'host-1' };
const step = { rollback: 'r-1', step: 'clear-cache' };

const line = (fields: object) => JSON.stringify({ rollback: 'r-1', step: 'clear-cache', fence: 1, ...fields });
const done = line({ verdict: 'done', report: { rows: 3 } });
const failed = line({ verdict: 'failed', reason: 'disk full', report: { free: 0 } });
const refused = line({ verdict: 'refused', reason: 'Fence 1 is lower than 2' });

const invocation = (status: string, response_code: number, stdout: string, status_details = status): Invocation => ({
  instance_id: 'i-1',
  command_id: 'c-1',
  status,
  status_details,
  response_code,
  stdout,
  begun: true,
});
const judged = (...of: Parameters<typeof invocation>) => hostVerdict(host, step, invocation(...of));

describe("done needs three facts: Success, exit code 0, and the wrapper's verdict", () => {
  test('with all three', () => {
    expect(judged('Success', 0, `${done}\n`)).toEqual({
      host,
      verdict: 'done',
      reason: null,
      report: { rows: 3 },
      command_id: 'c-1',
    });
  });

  test('with an empty report', () => {
    expect(judged('Success', 0, line({ verdict: 'done' })).report).toEqual({});
  });

  test('not with another exit code', () => {
    expect(judged('Success', 3, done)).toMatchObject({ verdict: 'failed', reason: 'exit 3 despite the verdict done' });
  });

  test('not with another status of Systems Manager', () => {
    expect(judged('Failed', 1, done)).toMatchObject({ verdict: 'failed', reason: 'exit 1 despite the verdict done' });
  });
});

describe('a host is waiting', () => {
  test.each(['Pending', 'InProgress', 'Delayed', 'Cancelling'])('while its invocation is %s', (status) => {
    expect(judged(status, -1, '')).toEqual({ host, verdict: 'waiting', reason: null, report: null, command_id: 'c-1' });
  });

  test('even if its output so far is a verdict', () => {
    expect(judged('InProgress', 0, done).verdict).toBe('waiting');
  });

  test('while Systems Manager does not know it yet', () => {
    expect(hostVerdict(host, step, undefined)).toMatchObject({ verdict: 'waiting', command_id: null });
  });
});

describe('every other host has failed, with a reason for a person', () => {
  test.each([
    ['Success', 0, '', 'no verdict: expected one JSON line on stdout, found nothing'],
    ['Success', 0, ' \n \n', 'no verdict: expected one JSON line on stdout, found nothing'],
    ['Success', 0, 'all good', 'no verdict: expected one JSON line on stdout, found "all good"'],
    ['Success', 0, '"done"', 'no verdict: expected one JSON line on stdout, found "\\"done\\""'],
    [
      'Success',
      0,
      '{"verdict":"done"}',
      'no verdict: expected one JSON line on stdout, found "{\\"verdict\\":\\"done\\"}"',
    ],
    [
      'Success',
      0,
      done.slice(0, -1),
      `no verdict: expected one JSON line on stdout, found ${JSON.stringify(done.slice(0, 80))}`,
    ],
    [
      'Success',
      0,
      `${done}\n${done}`,
      `no verdict: expected one JSON line on stdout, found 2 lines, beginning with ${JSON.stringify(done.slice(0, 80))}`,
    ],
    [
      'Success',
      0,
      line({ verdict: 'done', rollback: 'r-0' }),
      'expected a verdict for clear-cache of r-1, found one for clear-cache of r-0',
    ],
    [
      'Success',
      0,
      line({ verdict: 'done', step: 'other' }),
      'expected a verdict for clear-cache of r-1, found one for other of r-1',
    ],
    ['Success', 0, failed, 'disk full'],
    ['Success', 0, refused, 'Fence 1 is lower than 2'],
    ['Success', 0, line({ verdict: 'failed' }), 'verdict failed'],
    [
      'Success',
      0,
      line({ verdict: 'splendid' }),
      `no verdict: expected one JSON line on stdout, found ${JSON.stringify(line({ verdict: 'splendid' }).slice(0, 80))}`,
    ],
    ['Success', 3, '', 'exit 3 without a verdict'],
    ['Success', -1, '', 'exit -1 without a verdict'],
    ['Failed', 1, failed, 'disk full'],
    ['Failed', 1, refused, 'Fence 1 is lower than 2'],
    ['Failed', 127, '', 'exit 127 without a verdict'],
    ['TimedOut', -1, '', 'TimedOut'],
    ['Cancelled', -1, '', 'Cancelled'],
  ])('%s, exit code %i, %j', (status, code, stdout, reason) => {
    expect(judged(status, code, stdout)).toMatchObject({ verdict: 'failed', reason });
  });

  test.each([
    ['TimedOut', 'Delivery Timed Out'],
    ['TimedOut', 'Execution Timed Out'],
    ['Failed', 'Undeliverable'],
    ['Failed', 'Terminated'],
    ['Failed', 'Access Denied'],
  ])('the reason of %s is its details: %s', (status, details) => {
    expect(judged(status, -1, '', details)).toMatchObject({ verdict: 'failed', reason: details });
  });

  test('a wrapper that did not receive its rollback still reports its error', () => {
    const said = line({
      rollback: null,
      verdict: 'failed',
      reason: 'SSM_RollbackId is not set; the SSM document passes it',
    });
    expect(judged('Failed', 1, said).reason).toBe('SSM_RollbackId is not set; the SSM document passes it');
    expect(judged('Success', 0, line({ rollback: null, verdict: 'done' })).verdict).toBe('failed');
  });

  test('a failed host keeps its report', () => {
    expect(judged('Failed', 1, failed).report).toEqual({ free: 0 });
  });
});

describe('the sentence about failed hosts', () => {
  const host_n = (n: number, verdict: HostVerdict['verdict'], reason: string | null): HostVerdict => ({
    host: { instance_id: `i-${n}`, name: `host-${n}` },
    verdict,
    reason,
    report: null,
    command_id: null,
  });

  test('counts them, and names each with its reason', () => {
    const verdicts = [host_n(1, 'done', null), host_n(2, 'failed', 'disk full'), host_n(3, 'waiting', null)];
    expect(failureSentence(verdicts, 3)).toBe('2 of 3 hosts: host-2 (disk full); host-3 (no response)');
  });

  test('cuts a reason of more than 300 characters', () => {
    const sentence = failureSentence([host_n(0, 'failed', 'x'.repeat(2000))], 1);
    expect(sentence).toBe(`1 of 1 hosts: host-0 (${'x'.repeat(300)})`);
  });

  test('counts hosts that never got the command separately, because nothing failed there', () => {
    const verdicts = [host_n(7, 'failed', 'disk full'), host_n(8, 'not started', 'x'), host_n(9, 'not started', 'x')];
    expect(failureSentence(verdicts, 60)).toBe(
      '1 of 60 hosts: host-7 (disk full); not sent to 2 (the run stopped at its error limit)',
    );
  });

  test('names at most five', () => {
    const verdicts = Array.from({ length: 7 }, (_, i) => host_n(i, 'failed', 'x'));
    expect(failureSentence(verdicts, 9)).toBe(
      '7 of 9 hosts: host-0 (x); host-1 (x); host-2 (x); host-3 (x); host-4 (x) and 2 more',
    );
  });
});

describe('a host whose command was cancelled', () => {
  const pending = { ...invocation('Pending', -1, ''), begun: false };
  const running = invocation('InProgress', -1, '');
  const cancelled = invocation('Cancelled', -1, '', 'Terminated');
  const verdict = (...[before, after]: [Invocation | undefined, Invocation | undefined]) =>
    verdictOfCancelled(host, step, before, after).verdict;

  test('is done if its wrapper reports done', () => {
    expect(verdict(running, invocation('Success', 0, `${done}\n`))).toBe('done');
  });

  test('has failed if the command ended by itself', () => {
    expect(verdict(running, invocation('Failed', 1, ''))).toBe('failed');
  });

  test.each<[string, Invocation | undefined, Invocation | undefined]>([
    ['it was pending, and the script never began', pending, { ...cancelled, begun: false }],
    ['it is still pending', pending, pending],
  ])('has not started if %s', (_, before, after) => {
    expect(verdict(before, after)).toBe('not started');
  });

  test.each<[string, Invocation | undefined, Invocation | undefined]>([
    ['its script was cut short', running, cancelled],
    ['its script began just before the cancellation', pending, cancelled],
    ['it still runs', running, invocation('Cancelling', -1, '')],
    ['it has no invocation', undefined, undefined],
    ['its invocation before is unknown', undefined, { ...cancelled, begun: false }],
  ])('is unknown if %s', (_, before, after) => {
    expect(verdict(before, after)).toBe('unknown');
  });
});
