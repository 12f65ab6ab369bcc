import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseYaml } from '../../../config/yaml/read-yaml.ts';
import { eventsOf, tableNames } from '../../../domain/tables.ts';
import { overHttp } from '../../../rehearsals/over-http.ts';
import { accountOpens, runStoryOn } from '../../../rehearsals/run-story.ts';
import { storySchema } from '../../../rehearsals/story.ts';
import { storyNamed } from '../../rehearsals/run-story.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
const Bucket = 'rollback-local-history-000000000000-us-east-1';
let account: SimulatedAccount;
/** A rollback of phase 2 that asked a question, which ana answered. */
let id: string;
beforeAll(async () => {
  const story = storyNamed('high-rolled-back-after-an-answer');
  account = await simulatedAccount(await sharedAssembly(), {
    hosts: 2,
    virtualFrom: Date.parse(accountOpens(story)),
  });
  const { rollback: record } = await runStoryOn(story, {
    reach: overHttp(account.endpoint, 'us-east-1'),
    region: 'us-east-1',
    seed: 1,
    hear: () => {},
  });
  id = String(record?.['rollback_id']);
  await account.letPass(60);
}, 300_000);
afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (words: readonly string[], as = 'eve@rollback-local-auditor') =>
  rollback(['page', ...words], { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as });

const clientOf = (accessKeyId: string) =>
  new S3Client({
    region: 'us-east-1',
    endpoint: account.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey: 'none' },
  });

describe('the page that the product writes', () => {
  const stored = async () => {
    const { Body, ContentType } = await clientOf('ana').send(new GetObjectCommand({ Bucket, Key: `pages/${id}.html` }));
    return { html: (await Body?.transformToString()) ?? '', ContentType };
  };

  test('has a version per message: the question, the alert and the ending', async () => {
    const { Versions = [] } = await clientOf('ana').send(new ListObjectVersionsCommand({ Bucket, Prefix: 'pages/' }));
    expect(Versions.map(({ Key }) => Key)).toEqual(Array(3).fill(`pages/${id}.html`));
  });

  test('says in the end how it ended, who decided, and what a metric, the plan and the messages were', async () => {
    const { html, ContentType } = await stored();
    expect(ContentType).toBe('text/html; charset=utf-8');
    expect(html).toContain('<p class="title">Rolled back</p>');
    expect(html).toContain('ana (claimed), verified as user/ana, answered rollback');
    expect(html).toContain('class="series" d="M');
    expect(html).toContain('<li>Rebuild baselines: done</li>');
    expect(html).toContain('[RESOLVED] Phase 2 Rollback Complete');
    expect(html).toContain('<span class="what">host-2</span>');
    expect(html).not.toMatch(/could not be read|not known: /);
  });

  test('is a page of a few kilobytes', async () => {
    expect((await stored()).html.length).toBeLessThan(200_000);
  });

  test('is no part of the history: it stays whole', async () => {
    const env = { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'eve@rollback-local-auditor' };
    const { code, stdout } = await rollback(['verify-history', '--all'], env);
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('pages/')]);
  });

  test('is read by everybody who may read pages, and they read nothing else', async () => {
    const reader = clientOf('eve@rollback-local-page-reader');
    const { Body } = await reader.send(new GetObjectCommand({ Bucket, Key: `pages/${id}.html` }));
    expect(await Body?.transformToString()).toContain('Rolled back');
    const list = (Prefix: string) => reader.send(new ListObjectsV2Command({ Bucket, Prefix }));
    expect((await list('pages/')).Contents).toHaveLength(1);
    await expect(list('rollbacks/')).rejects.toMatchObject({ name: 'AccessDenied' });
    const other = new GetObjectCommand({ Bucket, Key: 'rollbacks/x.json' });
    await expect(reader.send(other)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('is the only kind of object with a second version', async () => {
    const put = (Key: string) => clientOf('admin').send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await expect(put('pages-of-others/x.html')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('rollback page', () => {
  test('writes the same page, as an auditor who may only read', async () => {
    const out = join(folder, 'page.html');
    const { code, stdout } = await run([id, '--out', out]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Wrote ${out}: `)]);
    const html = readFileSync(out, 'utf8');
    expect(html).toContain('ana (claimed), verified as user/ana, answered rollback');
    expect(html).toContain('class="series" d="M');
    expect(html).toContain('whole: ');
  });

  test('prints its data with --json, and writes no file', async () => {
    const { code, stdout } = await run([id, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 1,
      standing: { title: 'Rolled back' },
      criteria: [{ met: 'met' }, { met: 'met' }, { met: 'met' }, { met: 'met' }],
    });
    expect(existsSync(`incident-${id}.html`)).toBe(false);
  });

  test('refuses a rollback that does not exist, and a place that cannot be written', async () => {
    expect(await run(['r-none'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Environment local has no rollback r-none. Nothing was written.'),
    });
    const { code, stderr } = await run([id, '--out', join(folder, 'no/such/page.html')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Name another file with --out')]);
  });
});

// The story of a rollback is here because the tests of a file share one account.
describe('a story from the record', () => {
  const story = (words: readonly string[]) =>
    rollback(['story', ...words], {
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_ACCESS_KEY_ID: 'eve@rollback-local-auditor',
    });

  test('is one that rehearse reads, with the cause, the answer and the ending; a file is never replaced', async () => {
    const out = join(folder, 'night.yaml');
    const { code, stdout } = await story([id, '--out', out]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`rehearse ${out} --simulated`)]);
    const { when, then, hosts } = parseYaml(storySchema, out, readFileSync(out, 'utf8'));
    expect([hosts, when.length, then[0]?.ending]).toEqual([2, 2, 'Rolled back']);
    expect(when[0]).toEqual({ at: 0, fault: { phase: 2, trigger: 'cascade_failure' } });
    expect(when[1]?.answer).toMatchObject({ answer: 'rollback', operator: 'ana', as: 'ana' });
    const again = await story([id, '--out', out]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining(`${out} exists. Nothing was changed.`)]);
  });

  test('of a rollback that does not exist is refused', async () => {
    const { code, stdout, stderr } = await story(['no-such-rollback']);
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      expect.stringContaining('has no rollback no-such-rollback. Nothing was written.'),
    ]);
  });
});

// Last, because it takes the event away that every reader needs.
describe('a rollback whose opening event is gone', () => {
  beforeAll(async () => {
    const credentials = { accessKeyId: 'admin', secretAccessKey: 'none' };
    const db = new DynamoDBClient({ region: 'us-east-1', endpoint: account.endpoint, credentials });
    const pk = eventsOf(id);
    const asked = { TableName: tableNames('local').history, KeyConditionExpression: 'pk = :pk', Limit: 1 };
    const { Items = [] } = await db.send(
      new QueryCommand({ ...asked, ExpressionAttributeValues: { ':pk': { S: pk } } }),
    );
    const Key = { pk: { S: pk }, sk: Items[0]?.['sk'] ?? { S: '' } };
    await db.send(new DeleteItemCommand({ TableName: asked.TableName, Key }));
  });

  test('has a page of what is left, with the commands that still work', async () => {
    const out = join(folder, 'left.html');
    const { code, stdout } = await run([id, '--out', out]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('The event that opened it is missing.')]);
    const html = readFileSync(out, 'utf8');
    expect(html).toContain('This rollback cannot be read');
    expect(html).toContain('The execution is SUCCEEDED');
    expect(html).toContain('ending Rolled back');
    expect(html).toContain(`npm run rollback -- show ${id} --json`);
  });

  test('is shown by show --json, and named by verify-history', async () => {
    const env = { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'eve@rollback-local-auditor' };
    const { stdout } = await rollback(['show', id, '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({ record: { ending: 'Rolled back' }, history: { whole: false } });
    const found = await rollback(['verify-history', id], env);
    expect([found.code, found.stdout]).toEqual([
      1,
      expect.stringContaining('is "Severity assessed", not "Rollback opened"'),
    ]);
  });
});
