import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withoutIndex } from '../../../domain/history/record-index.ts';
import {
  eventKey,
  firstMonthKey,
  hostKey,
  hostsOf,
  type Key,
  linkKey,
  monthKey,
  recordKey,
} from '../../../domain/tables.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

const Bucket = 'rollback-local-history-000000000000-us-east-1';
const TableName = 'rollback-local-history';
const id = 'planned-1';
const folder = mkdtempSync(join(tmpdir(), 'export-'));
const packs = mkdtempSync(join(tmpdir(), 'packs-'));

let account: SimulatedAccount;
let s3: S3Client;
let db: DynamoDBDocumentClient;

// A plan, which ends within a minute and is exported in the next.
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly(), {
    virtualFrom: Date.parse('2026-01-05T09:00:00Z'),
  });
  const client = {
    region: 'us-east-1',
    endpoint: account.endpoint,
    credentials: { accessKeyId: 'ana', secretAccessKey: 'ana' },
  };
  s3 = new S3Client(client);
  db = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  await new SFNClient(client).send(
    new StartExecutionCommand({
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-1',
      name: id,
      input: '{"mode":"plan"}',
    }),
  );
  await account.letPass(300);
}, 240_000);
afterAll(async () => {
  await account.close();
  for (const one of [folder, packs]) rmSync(one, { recursive: true });
});

const asAuditor = () => ({
  AWS_ENDPOINT_URL: account.endpoint,
  AWS_ACCESS_KEY_ID: 'eve@rollback-local-auditor',
});
const verify = (...words: string[]) => rollback(['verify-history', ...words], asAuditor());
const versions = async () => (await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions ?? [];
const text = async (Key = '') =>
  (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? '';

test('an auditor verifies the whole history: links, rollback, execution and export', async () => {
  const { code, stdout } = await verify('--all');
  expect(stdout).toMatch(/^INTACT: 1 rollback, 2 links of 1 month, [23] exported objects\.\n$/);
  expect(code).toBe(0);
});

test('one rollback is verified with the content of its exported objects', async () => {
  const { code, stdout } = await verify(id, '--json');
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { complete: true, breaks: 0, checked: { rollbacks: 1 } }]);
});

test('the export, downloaded, is verified without AWS', async () => {
  for (const { Key = '' } of await versions()) {
    mkdirSync(dirname(join(folder, Key)), { recursive: true });
    writeFileSync(join(folder, Key), await text(Key));
  }
  const { code, stdout } = await rollback(['verify-history', '--from-export', folder], {
    AWS_ENDPOINT_URL: 'http://0.0.0.0:1',
  });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^INTACT: 1 rollback, 2 links of 1 month/)]);
});

describe('a forging in the account is found by name, with exit code 1:', () => {
  /** Changes an item, verifies, and puts the item back. */
  async function afterChanging(
    Key: Key,
    change: (item: Record<string, unknown>) => Record<string, unknown> | undefined,
  ) {
    const { Item = {} } = await db.send(new GetCommand({ TableName, Key }));
    const forged = change(Item);
    if (forged) await db.send(new PutCommand({ TableName, Item: forged }));
    else await db.send(new DeleteCommand({ TableName, Key }));
    const { code, stdout } = await verify('--all');
    await db.send(new PutCommand({ TableName, Item }));
    return [code, stdout.split('\n')[1]?.trim()];
  }

  test('an event', async () => {
    const change = (item: Record<string, unknown>) => ({ ...item, at: '2026-01-05T09:00:00.001Z' });
    expect(await afterChanging(eventKey(id, 2), change)).toEqual([
      1,
      `CHANGED: ${id}: BROKEN at event 2: changed, missing or out of place`,
    ]);
  });
  test('a RECORD that is gone', async () => {
    expect(await afterChanging(recordKey(id), () => undefined)).toEqual([
      1,
      expect.stringMatching(`^DELETED: the history holds \\d+ events of ${id}, and no RECORD`),
    ]);
  });
  test('a link that is gone', async () => {
    expect(await afterChanging(linkKey('2026-01', 1), () => undefined)).toEqual([
      1,
      'BROKEN: link 1 of 2026-01 is missing',
    ]);
  });
  test.each([0, 2, '1'])('a RECORD that names another person, and the format %j', async (format) => {
    const forge = (item: Record<string, unknown>) => ({
      ...item,
      by_operator: 'eve',
      summary: { ...(item['summary'] as object), operator: 'eve', format },
    });
    expect(await afterChanging(recordKey(id), forge)).toEqual([
      1,
      expect.stringMatching(/^CHANGED: .*The RECORD's index does NOT match its events: .*by_operator/),
    ]);
  });
  test('the item of the first month that is gone', async () => {
    expect(await afterChanging(firstMonthKey, () => undefined)).toEqual([
      1,
      expect.stringMatching(/^DELETED: the item CHAIN#first, /),
    ]);
  });
  test('a month without links in the list of months', async () => {
    const Key = monthKey('2025-08');
    await db.send(new PutCommand({ TableName, Item: Key }));
    const { code, stdout } = await verify('--all');
    await db.send(new DeleteCommand({ TableName, Key }));
    expect([code, stdout]).toEqual([1, expect.stringContaining('EMPTY: the list of months names 2025-08')]);
  });
  test('a link in a month that no list names', async () => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: linkKey('2026-01', 1) }));
    const Key = linkKey('2025-12', 1);
    await db.send(new PutCommand({ TableName, Item: { ...Item, ...Key } }));
    const { code, stdout } = await verify('--all');
    await db.send(new DeleteCommand({ TableName, Key }));
    expect([code, stdout]).toEqual([1, expect.stringContaining('INVENTED: the history holds links of 2025-12')]);
  });
  test('events of a rollback that never was, which the index by mode lists', async () => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: eventKey(id, 1) }));
    const indexed = { by_mode: 'live', started: '2026-01-05T09:00:00.000Z#never-was' };
    const keys = [1, 2].map((sequence) => eventKey('never-was', sequence));
    for (const Key of keys) await db.send(new PutCommand({ TableName, Item: { ...Item, ...indexed, ...Key } }));
    const { code, stdout } = await verify('--all', '--json');
    for (const Key of keys) await db.send(new DeleteCommand({ TableName, Key }));
    const found = { rollback: null, says: expect.stringMatching(/^ADDED: pk "EVENT#never-was", sk .* is no RECORD/) };
    expect([code, JSON.parse(stdout).findings]).toEqual([1, [found, found]]);
  });
  test('a copy of a RECORD under another key', async () => {
    const Key = { pk: `RECORD#${id}`, sk: 'RECORD2' };
    const { Item } = await db.send(new GetCommand({ TableName, Key: recordKey(id) }));
    await db.send(new PutCommand({ TableName, Item: { ...Item, ...Key } }));
    const { code, stdout } = await verify('--all');
    await db.send(new DeleteCommand({ TableName, Key }));
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining(`ADDED: pk "RECORD#${id}", sk "RECORD2" is no RECORD of this product`),
    ]);
  });
  test('a host report that never was', async () => {
    const Key = hostKey(id, 'format-disk', 'i-1');
    await db.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET #rollback = :r, step = :s, instance_id = :i',
        ExpressionAttributeNames: { '#rollback': 'rollback' },
        ExpressionAttributeValues: { ':r': id, ':s': 'format-disk', ':i': 'i-1' },
      }),
    );
    const { code, stdout } = await verify(id);
    await db.send(new DeleteCommand({ TableName, Key }));
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('HOST items do NOT match their verdicts: format-disk#i-1: by_host'),
    ]);
  });
  describe.each([
    ['RECORD', 'rollback-local-history'],
    ['EVENT', 'rollback-local-history'],
    ['HOST', 'rollback-local-history'],
    ['ROLLBACK', 'rollback-local-state'],
    ['LATE', 'rollback-local-state'],
  ])('an item under %s# of the rollback with a key that no reader understands', (kind, table) => {
    const Key = { pk: `${kind}#${id}`, sk: 'decision ' };
    const key = `pk "${Key.pk}", sk "decision "`;
    beforeAll(async () => {
      await db.send(new PutCommand({ TableName: table, Item: { ...Key, note: 'x' } }));
    });
    afterAll(async () => {
      await db.send(new DeleteCommand({ TableName: table, Key }));
    });
    test.each([
      ['verify-history', ['verify-history', id]],
      ['verify-history --all', ['verify-history', '--all']],
      ['show', ['show', id]],
      ['evidence', ['evidence', id, '--out', join(packs, kind)]],
    ])('is named by %s', async (_, words) => {
      const { code, stdout } = await rollback(words, asAuditor());
      expect([code, stdout]).toEqual([1, expect.stringContaining(`ADDED: ${key} is no item of this product`)]);
    });
  });
  test('a copy of a RECORD that the index by mode does not list', async () => {
    const Key = { pk: 'FOO#1', sk: 'x' };
    const { Item } = await db.send(new GetCommand({ TableName, Key: recordKey(id) }));
    const { by_phase, started, summary } = Item ?? {};
    await db.send(new PutCommand({ TableName, Item: { ...Key, by_phase, started, summary } }));
    const { code, stdout } = await verify('--all');
    await db.send(new DeleteCommand({ TableName, Key }));
    expect([code, stdout]).toEqual([1, expect.stringContaining('ADDED: pk "FOO#1", sk "x" is no RECORD')]);
  });
  test('a RECORD and a host report that lost their index attributes', async () => {
    const strip = (item: Record<string, unknown>) => withoutIndex(item).fields;
    expect(await afterChanging(recordKey(id), strip)).toEqual([
      1,
      expect.stringMatching(/^CHANGED: .*The RECORD's index does NOT match its events: by_/),
    ]);
    const { Items: [report] = [] } = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': hostsOf(id) },
      }),
    );
    const { pk, sk } = report as Key;
    expect(await afterChanging({ pk, sk }, strip)).toEqual([
      1,
      expect.stringMatching(/^CHANGED: .*HOST items do NOT match their verdicts: .*by_host, .*started$/),
    ]);
  });
  test.each(['verify-history', 'show', 'evidence'])('an event that lost all but its place, by %s', async (command) => {
    const Key = eventKey(id, 1);
    const { Item } = await db.send(new GetCommand({ TableName, Key }));
    await db.send(new PutCommand({ TableName, Item: { ...Key, sequence: 1 } }));
    const words = command === 'evidence' ? ['--out', join(packs, 'truncated')] : [];
    const ended = await rollback([command, id, ...words], asAuditor());
    await db.send(new PutCommand({ TableName, Item: Item ?? {} }));
    expect([ended.code, ended.stdout + ended.stderr]).toEqual([
      1,
      expect.stringMatching(command === 'evidence' ? /has no rollback|event 1/ : /event 1/),
    ]);
  });
  test('a changed file of a downloaded export', async () => {
    const [key = ''] = (await versions()).map(({ Key }) => Key).filter((one) => one?.startsWith('rollbacks/'));
    writeFileSync(join(folder, key), (await text(key)).replace('"mode":"plan"', '"mode":"live"'));
    const { code, stdout } = await rollback(['verify-history', '--from-export', folder]);
    writeFileSync(join(folder, key), await text(key));
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining(`the export ${key} was changed: its hash is not that of its content`),
    ]);
  });
});

describe('nobody changes the export, not even an administrator:', () => {
  const first = async () => (await versions())[0]?.Key ?? '';
  test('a second version is denied by the bucket, and a conditional put finds the first', async () => {
    const Key = await first();
    await expect(s3.send(new PutObjectCommand({ Bucket, Key, Body: '{}' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const conditional = new PutObjectCommand({ Bucket, Key, Body: '{}', IfNoneMatch: '*' });
    await expect(s3.send(conditional)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
  test('a deletion is denied, with the version and without', async () => {
    const [{ Key = '', VersionId = '' } = {}] = await versions();
    for (const more of [{}, { VersionId }, { VersionId, BypassGovernanceRetention: true }])
      await expect(s3.send(new DeleteObjectCommand({ Bucket, Key, ...more }))).rejects.toMatchObject({
        name: 'AccessDenied',
      });
  });
});

describe('is refused with exit code 2 and a sentence', () => {
  test.each<[string, string[], string]>([
    [
      'without a rollback',
      [],
      'Name a rollback, or verify the whole history:\n  npm run rollback -- verify-history --all\n',
    ],
    ['with a rollback and --all', [id, '--all'], `Found the rollback ${id} and --all. Leave out one of them.\n`],
    ['with a folder that does not exist', ['--from-export', '/no/such'], 'The folder /no/such cannot be read'],
    [
      'with a folder without an export',
      ['--from-export', 'docs'],
      'docs holds no export: expected the folders links and rollbacks',
    ],
  ])('%s', async (_, words, says) => {
    const { code, stderr, stdout } = await verify(...words);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(says)]);
  });

  test('for a person who may not read the export', async () => {
    const env = { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'ana@rollback-local-operator' };
    const { code, stderr } = await rollback(['verify-history', '--all'], env);
    expect([code, stderr]).toEqual([2, expect.stringContaining('s3:ListBucketVersions')]);
  });
});

test('an id that nothing names is no break: one sentence says what to check', async () => {
  const { code, stdout, stderr } = await verify('no-such');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(
    'No item, link or export names no-such. Check the id and the environment. Everything else is intact.',
  );
});
