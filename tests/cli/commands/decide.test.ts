import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
/** The rollback that waits: no deployment explains its alarm, so it asks for a permit. */
let waiting: string;

beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'x' };
  const cloudWatch = new CloudWatchClient({ region: 'us-east-1', endpoint: account.endpoint, credentials });
  const AlarmName = 'rollback-local-phase-1-cascade_failure';
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'a test' }));
  await account.letPass(30);
  const { stdout } = await run(['show', '--json']);
  waiting = JSON.parse(stdout).record.rollback_id;
}, 240_000);
afterAll(() => account.close());

/** Runs `rollback WORDS…` on this account with a person's credentials. */
const run = (words: readonly string[], as = 'ana@rollback-local-approver') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));

/** Returns the words of the command to paste for an answer, with a name filled in. */
const pasted = (text: string, answer: string, name: string): string[] => {
  const line = new RegExp(`npm run rollback -- (decide ${answer} .*)$`, 'm').exec(text)?.[1] ?? '';
  return line.replace('"YOUR NAME"', name).split(' ');
};

// The tests run in this order: the third one decides the question.
test('show names the deadline, what happens then, and the commands that answer', async () => {
  const { code, stdout } = await run(['show']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/NEXT\n {2}The rollback waits for an answer until 20\S+Z/)]);
  expect(stdout).toContain(
    'If nobody decides by then: The phase is not rolled back; the rollback ends "Needs a person".',
  );
  expect(stdout).toContain(
    'permit                  No deployment of the phase is on record, so none explains the alarm.',
  );
  expect(stdout).toContain(
    `npm run rollback -- decide rollback --operator "YOUR NAME" --rollback ${waiting} --question 1`,
  );
});

test('an answer that the question does not take is refused with the list of those it takes', async () => {
  const ended = await run(['decide', 'fix-forward', '--operator', 'ana']);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(
    `fix-forward does not answer this question of rollback ${waiting}; use one of rollback, stand-down`,
  );
});

test('a word that is no answer is refused with the question, its answers and their commands', async () => {
  const ended = await run(['decide', 'yes', '--operator', 'ana']);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain(
    `"yes" is not an answer to this question of rollback ${waiting}. Nothing was decided.`,
  );
  expect(ended.stderr).toMatch(
    /Phase 1, HIGH: Roll it back\? There are objections No deployment of the phase is on record/,
  );
  expect(ended.stderr).toContain(`stand-down: changes nothing; the rollback ends "Stood down"
  npm run rollback -- decide stand-down --operator "YOUR NAME" --rollback ${waiting} --question 1`);
  expect(ended.stderr).not.toContain('fix-forward');
});

test('an answer to another question of the rollback is refused with the question that is open', async () => {
  const ended = await run(['decide', 'stand-down', '--operator', 'ana', '--question', '2']);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(
    `Question 2 of rollback ${waiting} was not asked. Question 1 of rollback ${waiting} is open now: Roll it back? There are objections.`,
  );
});

test('the JSON that a message offers is read as an answer', async () => {
  const ended = await run(['decide', `{"answer":"fix-forward","operator":"ana","rollback":"${waiting}"}`]);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(`fix-forward does not answer this question of rollback ${waiting}`);
});

test('a pasted command with a name filled in is accepted and prints the state of the question', async () => {
  const { stdout: shown } = await run(['show']);
  const { code, stdout } = await run(pasted(shown, 'stand-down', 'ana'));
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^Accepted: stand-down, for rollback .* of phase 1\. The question is decided: ana/),
  ]);
});

test('a late answer is refused with who decided what and when', async () => {
  const { code, stderr } = await run(['decide', 'rollback', '--operator', 'bo', '--rollback', waiting]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/ana( \(.*\))? answered stand-down at 20\S+Z/)]);
});

test('a person without permission is refused with the missing permission', async () => {
  const { code, stderr } = await run(['decide', 'rollback', '--operator', 'dora'], 'dora@rollback-local-auditor');
  expect([code, stderr]).toEqual([1, expect.stringContaining('states:StartExecution')]);
});

test('show prints who answered what, and how the question was settled', async () => {
  const { stdout } = await run(['show', waiting]);
  expect(stdout).toMatch(/QUESTION 1\n {2}permit/);
  expect(stdout).toMatch(
    /stand-down {14}ana, verified as arn:aws:sts::000000000000:assumed-role\/rollback-local-approver\/ana, at /,
  );
  expect(stdout).toMatch(/settled {17}stand-down, at 20\S+Z: ana/);
});

test('show without an id says that no rollback is open, and shows the newest', async () => {
  const { code, stdout } = await run(['show']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^No rollback is open; this is the newest\.\n/)]);
  expect(stdout).toContain(waiting);
});

test('show without an id keeps standard output free for the JSON', async () => {
  const { stdout, stderr } = await run(['show', '--json']);
  expect(JSON.parse(stdout).record.rollback_id).toBe(waiting);
  expect(stderr).toContain('No rollback is open; this is the newest.');
});
