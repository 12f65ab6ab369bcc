import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
/** A rollback that has ended, and one that was only planned. */
let [id, planned] = ['', ''];
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
  await run(['plan', '--phase', '1']);
  planned = await newest();
  await run(['start', '--phase', '1', '--operator', 'ana', '--reason', 'a test']);
  id = await newest();
}, 240_000);
afterAll(() => account.close());

const stepFunctions = () =>
  new SFNClient({
    ...{ region: 'us-east-1', endpoint: account.endpoint },
    credentials: { accessKeyId: 'ana', secretAccessKey: 'none' },
  });

/** Runs `rollback WORDS…` on this account with a person's credentials. */
const run = (words: readonly string[], as = 'ana@rollback-local-operator') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
const newest = async () => JSON.parse((await run(['show', '--json'])).stdout).record.rollback_id as string;

describe('before a follow-up has begun', () => {
  test('it says so, and how to begin it', async () => {
    expect(await run(['follow-up', id])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`npm run rollback -- follow-up ${id} --begin`),
    });
  });

  test.each([
    ['an unknown rollback', () => 'no-such', 'Environment local has no rollback no-such.'],
    ['a plan', () => planned, 'has no follow-up, because it was only planned.'],
  ])('%s has none', async (_, of, reason) => {
    expect(await run(['follow-up', of(), '--begin'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(reason),
    });
  });

  test('a report is made from the record, marked as a draft', async () => {
    const { code, stdout, stderr } = await run(['report', id], 'eve@rollback-local-auditor');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^# Interim report: rollback /);
    expect(stdout).toMatch(/^\*\*DRAFT of /m);
    expect(stdout).toContain('NOT KNOWN: the root cause');
  });
});

describe('a follow-up', () => {
  beforeAll(async () => {
    expect(await run(['follow-up', id, '--begin'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Started the follow-up'),
    });
    await run(['health']); // virtual time passes, so that the execution has opened the tasks
  }, 60_000);

  test('is shown with its tasks, reports and the next command', async () => {
    const { code, stdout } = await run(['follow-up', id], 'eve@rollback-local-auditor');
    expect(code).toBe(0);
    expect(stdout).toContain(`Follow-up of rollback ${id}: goes on`);
    expect(stdout).toMatch(/ {2}1 {2}open {5}Identify the failure trigger {2}\(due .*Z {2}nobody\)/);
    expect(stdout).toContain('interim      not drafted yet');
    expect(stdout).toContain(`npm run rollback -- follow-up ${id} --assign 1 --owner NAME`);
  });

  test('has a task completed, which is shown as done', async () => {
    const words = ['follow-up', id, '--complete', '1', '--operator', 'ana', '--note', 'a memory leak'];
    expect(await run(words)).toMatchObject({ code: 0, stdout: expect.stringContaining('by ana: a memory leak') });
    expect(await run(words)).toMatchObject({ code: 1, stderr: expect.stringContaining('Task 1 was completed by ana') });
    expect(JSON.parse((await run(['follow-up', id, '--json'])).stdout).tasks[0]).toMatchObject({ done_by: 'ana' });
  });

  test('has the task to accept a report completed only by accepting it', async () => {
    const words = ['follow-up', id, '--complete', '5', '--operator', 'ana', '--note', 'not yet'];
    expect(await run(words)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Task 5 is done by accepting the report'),
    });
  });

  test('says so if its execution was stopped, and how to begin it again', async () => {
    const { execution } = JSON.parse((await run(['follow-up', id, '--json'])).stdout);
    await stepFunctions().send(new StopExecutionCommand({ executionArn: execution }));
    const { stdout } = await run(['follow-up', id], 'eve@rollback-local-auditor');
    expect(stdout).toContain('STOPPED (its execution is ABORTED)');
    expect(stdout).toContain(`npm run rollback -- follow-up ${id} --begin`);
    await run(['follow-up', id, '--begin']);
    await run(['health']);
    expect((await run(['follow-up', id])).stdout).toContain(': goes on, begun');
  });

  test('leaves the history whole, with the tasks in it', async () => {
    expect(await run(['verify-history', id], 'eve@rollback-local-auditor')).toMatchObject({ code: 0 });
  });

  test('is not changed by an auditor', async () => {
    const words = ['follow-up', id, '--complete', '2', '--operator', 'eve', '--note', 'mine'];
    expect(await run(words, 'eve@rollback-local-auditor')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('rollback-local-operator'),
    });
  });
});

describe('five hours later', () => {
  beforeAll(() => account.letPass(5 * 3600), 120_000);

  test('an auditor reads the draft that the follow-up stored', async () => {
    const { code, stdout, stderr } = await run(['report', id], 'eve@rollback-local-auditor');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\*\*DRAFT of /m);
    expect(stdout).toContain('Metrics and logs from');
  });

  test('somebody who may not read the bucket gets one that is made now, and reads why', async () => {
    const { code, stdout, stderr } = await run(['report', id]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^# Interim report/)]);
    expect(stderr).toContain('The stored draft may not be read with these rights');
  });

  test('an accepted draft names who accepted it', async () => {
    expect((await run(['follow-up', id, '--accept', 'interim', '--operator', 'ana'])).code).toBe(0);
    const { stdout } = await run(['report', id], 'eve@rollback-local-auditor');
    expect(stdout).toMatch(/^\*\*ACCEPTED by ana at /m);
    expect((await run(['report', id, '--html'], 'eve@rollback-local-auditor')).stdout).toContain('ACCEPTED by ana at ');
  });
});

test('the monthly report judges the rollback by the success criteria', async () => {
  const month = JSON.parse((await run(['show', id, '--json'])).stdout).record.start_time.slice(0, 7) as string;
  const { code, stdout } = await run(['report', '--month', month]);
  expect(code).toBe(0);
  expect(stdout).toContain('| Service recovery | 1 | 0 | 0 |');
  expect(stdout).toContain(id.slice(0, 8));
  expect((await run(['report', '--month', month, '--html'])).stdout).toMatch(/^<!doctype html>/);
});

describe('a wrong command line', () => {
  test.each<[readonly string[], string]>([
    [['follow-up', 'ID', '--operator', 'ana'], '--operator belongs to a change'],
    [['follow-up', 'ID', '--complete', '1', '--assign', '2'], 'Give one of --complete and --assign at a time.'],
    [['follow-up', 'ID', '--complete', '1', '--operator', 'ana'], '--note is missing'],
    [['follow-up', 'ID', '--complete', 'x'], '--complete takes a whole number'],
    [['follow-up', 'ID', '--accept', 'intrim', '--operator', 'ana'], 'did you mean "interim"?'],
    [['report'], 'Give the id of a rollback, or --month'],
    [['report', 'ID', '--month', '2026-11'], 'Give the id of a rollback, or --month'],
    [['report', '--month', 'november'], 'november'],
  ])('%j is a usage error', async (words, reason) => {
    expect(await run(words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
  });
});

test('a report on a rollback that is open is refused', async () => {
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-1';
  const input = JSON.stringify({ operator: 'ana', reason: 'a second test' });
  await stepFunctions().send(new StartExecutionCommand({ stateMachineArn, name: 'open-one', input }));
  await account.letPass(20);
  expect(await run(['report', 'open-one'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('Rollback open-one has not ended, and a report is about a rollback that has.'),
  });
});
