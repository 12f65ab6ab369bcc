import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RollbackRecord } from '../../../domain/history/record.ts';
import { hostIndexAttributes, indexAttributes } from '../../../domain/history/record-index.ts';
import { hostKey, recordKey } from '../../../domain/tables.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';
import { rollbackOnTerminal, signalGroup, startRollback } from '../rollback.ts';

let account: SimulatedAccount;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
  await store(account.endpoint);
}, 240_000);
afterAll(() => account.close());

const host = 'i-0123456789abcdef0';

/** Stores 25 rollbacks of November 2025: r-25 is the newest, and every fifth one was slow. */
async function store(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'owner', secretAccessKey: 'none' };
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1', endpoint, credentials }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const put = (Item: Record<string, unknown>) => db.send(new PutCommand({ TableName: 'rollback-local-history', Item }));
  for (let n = 1; n <= 25; n += 1) {
    const id = `r-${String(n).padStart(2, '0')}`;
    const start_time = `2025-11-${String(n).padStart(2, '0')}T08:00:00.000Z`;
    const record = { ...common, rollback_id: id, start_time, limit_missed: n % 5 === 0, phase: n % 5 === 0 ? 3 : 2 };
    await put({ ...recordKey(id), ...record, ...indexAttributes(record as unknown as RollbackRecord) });
    for (const step of ['clear-cache', 'verify'])
      if (n > 23) await put({ ...hostKey(id, step, host), ...hostIndexAttributes(host, id, step, start_time) });
  }
  const invented = { ...common, mode: 'plan', rollback_id: 'r-25', start_time: '2025-11-25T08:00:00.000Z' };
  const { by_mode, started, summary } = indexAttributes(invented as unknown as RollbackRecord);
  await put({ pk: 'FOO#1', sk: 'x', by_mode, started, summary });
}

const common = {
  mode: 'live',
  trigger: 'data_corruption',
  severity: 'CRITICAL',
  ending: 'Rolled back',
  duration_minutes: 12.4,
  deadline: '2025-11-30T00:00:00.000Z',
  data_loss: false,
  operator: '=ana',
  hosts: 3,
};

/** Runs `rollback history WORDS…` on this account with an auditor's credentials. */
const env = (as = 'eve@rollback-local-auditor') => ({
  AWS_ENDPOINT_URL: account.endpoint,
  AWS_ACCESS_KEY_ID: as,
});
const run = (words: readonly string[], as?: string) => rollback(['history', ...words], env(as));

/** The words of the command that a page printed for the next one. */
const nextWords = (text: string) =>
  (/npm run rollback -- history (.*)/.exec(text)?.[1] ?? '').replaceAll("'", '').split(' ');

test('a page shows the newest rollbacks, and the command that it prints shows the rest', async () => {
  const first = await run(['--to', '2025-12-31']);
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toMatch(/^STARTED \(UTC\) +ROLLBACK +PHASE .*\n2025-11-25 08:00:00 {2}r-25 +3 {2}CRITICAL /);
  expect(first.stdout).toContain(
    '20 rollbacks until before 2026-01-01T00:00:00.000Z, newest first.\nThere are more:\n',
  );
  const second = await run(nextWords(first.stdout));
  expect([second.code, second.stdout.match(/\br-\d+/g)]).toEqual([0, ['r-05', 'r-04', 'r-03', 'r-02', 'r-01']]);
  expect(second.stdout).not.toContain('There are more');
});

test('a list by host, and by phase in a range, as JSON', async () => {
  const ids = async (...words: string[]) => {
    const { rollbacks, next } = JSON.parse((await run([...words, '--json'])).stdout);
    return [rollbacks.map(({ rollback_id }: RollbackRecord) => rollback_id), next];
  };
  expect(await ids('--host', host)).toEqual([['r-25', 'r-24'], null]);
  expect(await ids('--phase', '3', '--from', '2025-11-10', '--to', '2025-11-19')).toEqual([['r-15', 'r-10'], null]);
});

test('CSV has rows and nothing else on standard output, and runs no formula', async () => {
  const { code, stdout, stderr } = await run(['--to', '2025-11-02', '--csv', '--limit', '1']);
  expect(code).toBe(0);
  expect(stdout.split('\r\n').map((line) => line.split(',')[1])).toEqual(['rollback_id', 'r-02', undefined]);
  expect(stdout).toContain(",'=ana,");
  expect(stderr).toMatch(
    /^1 rollback until before .*\nThere are more:\n {2}npm run rollback -- history .*--csv --page/,
  );
});

test('no rollback that passes is a sentence, and no failure', async () => {
  const { code, stdout } = await run(['--version', 'v9', '--from', '2025-01-01', '--to', '2025-12-31']);
  expect([code, stdout]).toEqual([
    0,
    'No rollback from 2025-01-01T00:00:00.000Z until before 2026-01-01T00:00:00.000Z passes these filters.\n',
  ]);
});

test('an item that is no RECORD is named, and is no row', async () => {
  const { code, stdout } = await run(['--mode', 'plan']);
  expect([code, stdout]).toEqual([
    0,
    'No rollback passes these filters.\n1 item of this index is no RECORD of this product: pk "FOO#1", sk "x". Not listed; find out who wrote it.\n',
  ]);
});

test('a terminal without a size gets a table of at most 80 columns', async () => {
  const { code, shown } = await rollbackOnTerminal('', ['history', '--limit', '2'], { ...env(), NO_COLOR: '1' });
  const table = shown.split('\n').filter((line) => /^(STARTED|20)/.test(line));
  expect([code, table.length, Math.max(...table.map((line) => line.length)) <= 80]).toEqual([0, 3, true]);
  expect(shown).toContain('Too narrow for: ');
});

describe('one sentence and nothing else:', () => {
  test.each([
    [
      'a deployer may not read the history',
      [],
      'dan@rollback-local-deployer',
      1,
      /^You may not read index by-mode of table rollback-local-history \(.*\)\. Each of the policies rollback-local-operator, -approver and -auditor allows it: \S+\n$/,
    ],
    [
      'a token of another list',
      ['--phase', '2', '--page', 'x'],
      undefined,
      2,
      /^The page token "x" is not one that this command printed\. .*\n$/,
    ],
  ] as const)('%s', async (_, words, as, code, sentence) => {
    const ended = await run(words, as);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});

test('a closed pipe ends it without a word', async () => {
  const started = startRollback(['history', '--json', '--limit', '25'], env());
  started.child.stdout?.destroy();
  expect(await started.ended).toMatchObject({ code: 0, stderr: '' });
});

test('Ctrl-C while it waits for a page ends it with 130 and one line', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const asked = once(silent, 'connection');
  const { port } = silent.address() as AddressInfo;
  const started = startRollback(['history'], { ...env(), AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
  await asked;
  signalGroup(started.pid, 'SIGINT');
  expect(await started.ended).toMatchObject({
    code: 130,
    stdout: '',
    stderr: expect.stringMatching(/^Interrupted.*\n$/),
  });
  silent.close();
});
