import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chained, emptyChain } from '../../../domain/history/event.ts';
import { eventKey } from '../../../domain/tables.ts';
import { overHttp } from '../../../rehearsals/over-http.ts';
import { accountOpens, runStoryOn } from '../../../rehearsals/run-story.ts';
import { opened as opening } from '../../domain/history/sample-events.ts';
import { storyNamed } from '../../rehearsals/run-story.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';
import { eventually, signalGroup, startRollback } from '../rollback.ts';
import { contentsOf, filesIn, forgedPack, forgeries, rewriteAll } from './forgeries.ts';

const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
const pack = join(folder, 'pack');
let account: SimulatedAccount;
/** A rollback of phase 2 that asked a question, which ana answered. */
let id: string;
let made: Awaited<ReturnType<typeof rollback>>;
beforeAll(async () => {
  const story = storyNamed('high-rolled-back-after-an-answer');
  const assembly = await sharedAssembly();
  account = await simulatedAccount(assembly, { hosts: 2, virtualFrom: Date.parse(accountOpens(story)) });
  const { rollback: record } = await runStoryOn(story, {
    reach: overHttp(account.endpoint, 'us-east-1'),
    region: 'us-east-1',
    seed: 1,
    hear: () => {},
  });
  id = String(record?.['rollback_id']);
  made = await run([id, '--out', pack]);
}, 300_000);
afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `rollback evidence WORDS…` as an auditor, who may only read. */
const run = (words: readonly string[], as = 'eve@rollback-local-auditor') =>
  rollback(['evidence', ...words], { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as });

/** Runs the script of a pack, as an auditor does. */
function verify(where: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('python3', [join(where, 'verify.py'), ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const json = <T>(path: string, where = pack): T => JSON.parse(readFileSync(join(where, path), 'utf8')) as T;

describe('a pack that a reader made', () => {
  test('is complete, and printed with its hash', () => {
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toMatch(/history {4}whole: \d+ events/);
    expect(made.stdout).toContain(`pack hash  ${json<{ pack_hash: string }>('manifest.json').pack_hash}`);
  });

  test('has each part of the evidence', () => {
    expect(filesIn(pack)).toEqual([
      'changes.json',
      'decisions.json',
      'definition.asl.json',
      'documents/rollback-local-clear-cache.json',
      'documents/rollback-local-health.json',
      'documents/rollback-local-hold.json',
      'documents/rollback-local-look-at-versions.json',
      'documents/rollback-local-restore-previous-version.json',
      'documents/rollback-local-run-customer-script.json',
      'documents/rollback-local-update-profile.json',
      'documents/rollback-local-version-at-target.json',
      'events.json',
      'execution.json',
      'fields.json',
      'hosts/01-disable-v3-0-algorithm.json',
      'hosts/02-clear-signal-cache.json',
      'hosts/03-restore-algorithm.json',
      'hosts/04-rebuild-baselines.json',
      'hosts/05-confirm-recovery.json',
      'hosts/06-confirm-health.json',
      'index.html',
      'links.json',
      'manifest.json',
      'messages.json',
      'parts.json',
      'plan.json',
      'record.json',
      'verify.py',
    ]);
    expect(json<{ parts: { state: string }[] }>('parts.json').parts.map(({ state }) => state)).not.toContain('denied');
  });

  test('is intact by its own script, with the hash that was printed', () => {
    const hash = json<{ pack_hash: string }>('manifest.json').pack_hash;
    const { status, stdout } = verify(pack, '--expect', hash);
    expect([status, stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^intact: 27 files, \d+ events/)]);
  });

  test('has the messages as they were sent', () => {
    const messages = json<{ message: string; body: string }[]>('messages.json');
    expect(messages.map(({ message }) => message)).toEqual(['question', 'initial-alert', 'rollback-complete']);
    expect(messages[0]?.body).toContain('HIGH is rolled back after assessment.');
  });

  test('has what each host was told, and what it said', () => {
    const { told, said } = json<{ told: { document: string; parameters: object }; said: { verdict: string }[] }>(
      'hosts/03-restore-algorithm.json',
    );
    expect(told.document).toBe('rollback-local-restore-previous-version');
    expect(told.parameters).toMatchObject({ RollbackId: id, Fence: '1', Step: 'restore-algorithm' });
    expect(said.map(({ verdict }) => verdict)).toEqual(['done', 'done']);
  });

  test('has the claimed name and the verified principal of the person who answered', () => {
    const [{ decisions }] = json<[{ decisions: object[] }]>('decisions.json');
    expect(decisions).toMatchObject([
      { type: 'answer', answer: 'rollback', operator: 'ana' },
      { type: 'verified', principal: 'arn:aws:iam::000000000000:user/ana' },
    ]);
  });

  test('has a page that answers the four questions without a script', () => {
    const page = readFileSync(join(pack, 'index.html'), 'utf8');
    expect(page).toContain('rollback, by ana (claimed), arn:aws:iam::000000000000:user/ana (verified)');
    expect(page).toContain(json<{ content_hash: string }>('manifest.json').content_hash);
    expect(page).not.toMatch(/<script|src=|href=/);
  });

  test('has the same bytes when it is made again, also as a zip', async () => {
    const again = join(folder, 'again');
    const [one, two] = [join(folder, 'one.zip'), join(folder, 'two.zip')];
    await run([id, '--out', again], 'ana@rollback-local-operator');
    await run([id, '--out', one, '--zip']);
    rmSync(two, { force: true });
    const { stdout } = await rollback(['evidence', id, '--out', two, '--zip', '--json'], {
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_ACCESS_KEY_ID: 'eve@rollback-local-auditor',
      TZ: 'Asia/Tokyo',
    });
    expect(contentsOf(again)).toEqual(contentsOf(pack));
    expect(JSON.parse(stdout)).toMatchObject({ rollback: id, missing: [], history: { whole: true } });
    const zip = unzipSync(readFileSync(one));
    expect(
      Object.entries(zip)
        .map(([path, bytes]) => ({ path: path.replace('one/', ''), content: new TextDecoder().decode(bytes) }))
        .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    ).toEqual(contentsOf(pack));
    expect(unzipSync(readFileSync(two))['two/events.json']).toEqual(zip['one/events.json']);
  });
});

describe('the check names', () => {
  // Two bytes of each file: the first and one in the middle. EVERYWHERE=1 changes four, and takes twice as long.
  test('every file that is changed at any of several bytes, cut, removed or renamed', () => {
    const copy = join(folder, 'tampered');
    cpSync(pack, copy, { recursive: true });
    const script = join(import.meta.dirname, 'tampered.py');
    const changes = execFileSync('python3', [script, copy], { encoding: 'utf8', maxBuffer: 2 ** 28 })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; done: string; findings: string[] });
    expect(changes.length).toBeGreaterThan(150);
    const named = ({ file, findings }: (typeof changes)[number]) =>
      findings.some((one) => one.startsWith(`${file}: `) || one.includes(`: ${file}`));
    expect(changes.filter((one) => !named(one))).toEqual([]);
  }, 120_000);

  const edits: readonly [string, string, (text: string) => string, unknown][] = [
    [
      'a changed field',
      'record.json',
      (text) => text.replace('"fence": 1', '"fence": 2'),
      'record.json: changed: /fence',
    ],
    ['an added field', 'record.json', (text) => text.replace('{', '{"x": 1,'), 'record.json: changed: /x was added'],
    [
      'a renamed field',
      'record.json',
      (text) => text.replace('"fence"', '"fance"'),
      'record.json: changed: /fance was added',
    ],
    [
      'a field inside',
      'events.json',
      (text) => text.replace('"fence": 1', '"fence": 2'),
      'events.json: changed: /10/detail/fence',
    ],
    [
      'spacing',
      'record.json',
      (text) => text.replace('": ', '":  '),
      'record.json: changed: only its spacing, the order of its keys, or its escapes',
    ],
    [
      'a line of a script',
      'verify.py',
      (text) => text.replace('# The files.', '# Files.'),
      expect.stringMatching(/^verify\.py: changed: line \d+$/),
    ],
  ];
  test.each(edits)('%s in %s', (_, path, edit, finding) => {
    const copy = copied();
    const text = readFileSync(join(copy, path), 'utf8');
    expect(edit(text)).not.toBe(text);
    writeFileSync(join(copy, path), edit(text));
    expect(findingsOf(copy)).toEqual(expect.arrayContaining([finding]));
  });

  test('an added file, an empty folder, and an old file under a new name', () => {
    const copy = copied();
    writeFileSync(join(copy, 'note.txt'), 'hello');
    mkdirSync(join(copy, 'more'));
    execFileSync('mv', [join(copy, 'plan.json'), join(copy, 'scheme.json')]);
    expect(findingsOf(copy)).toEqual([
      'added: the empty folder more',
      'renamed: plan.json is now scheme.json',
      'added: note.txt',
    ]);
  });
});

let copies = 0;
function copied(): string {
  const copy = join(folder, `copy-${++copies}`);
  cpSync(pack, copy, { recursive: true });
  return copy;
}
/** The script of the intact pack checks, as a careful auditor does. */
const findingsOf = (where: string) => verify(pack, where).stdout.trim().split('\n').slice(0, -1);

/** Returns what the check finds in each of several packs, in one process. */
function findingsOfAll(packs: readonly string[]): string[] {
  const body = 'import json, sys; sys.path.insert(0, sys.argv[1]); import verify';
  const lines = [body, 'print(json.dumps([verify.check(one)[0].findings for one in sys.argv[2:]]))'].join('\n');
  const found = execFileSync('python3', ['-B', '-c', lines, pack, ...packs], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return (JSON.parse(found) as string[][]).map((one) => one.join('\n'));
}

describe('a forger who computes every hash of the pack again is found by name:', () => {
  let found: string[];
  beforeAll(() => {
    found = findingsOfAll(
      forgeries.map(([, forge], i) => forgedPack({ pack, id }, join(folder, `forged-${i}`), forge)),
    );
  });
  test.each(forgeries.map(([name, , finding], i) => [name, i, finding] as const))('%s', (_, i, finding) => {
    expect(found[i]).toMatch(finding);
  });

  test('a history that was not whole when the pack was made', () => {
    const history = "The RECORD's index does NOT match its events: by_operator";
    const where = forgedPack({ pack, id }, join(folder, 'not-whole'), (files) => {
      Object.assign(files['parts.json'] as object, { history, history_whole: false });
    });
    const { status, stdout } = verify(where);
    expect([status, stdout.split('\n')]).toEqual([
      1,
      [
        `NOT WHOLE when it was made: ${history}`,
        'The pack is as it was written. Its history was not whole then: find out who changed it.',
        '',
      ],
    ]);
  });

  test('a complete rewrite is intact in itself, and is found by the pack hash that was printed', () => {
    const where = forgedPack({ pack, id }, join(folder, 'rewritten'), rewriteAll);
    expect(verify(where).status).toBe(0);
    const hash = json<{ pack_hash: string }>('manifest.json').pack_hash;
    const { status, stdout } = verify(where, '--expect', hash);
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(/^the pack hash is [0-9a-f]{64}, not the expected one: /),
    ]);
  });
});

describe('refuses, and writes nothing:', () => {
  const place = join(folder, 'refused');
  const nothing = () => readdirSync(folder).filter((name) => name.includes('refused'));

  test('an unknown rollback', async () => {
    expect(await run(['no-such', '--out', place])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Environment local has no rollback no-such. Nothing was written.\n',
    });
    expect(nothing()).toEqual([]);
  });

  test('a folder that is not empty', async () => {
    const before = contentsOf(pack);
    const { code, stderr } = await run([id, '--out', pack]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^The folder .* is not empty\. Nothing was changed\./)]);
    expect(contentsOf(pack)).toEqual(before);
  });

  test.each([
    ['a file in place of the folder', [], 'index.html', 'exists and is no folder'],
    ['a zip that exists', ['--zip'], 'index.html', 'exists. Nothing was changed'],
    ['a folder that is nowhere', [], 'none/pack', 'does not exist, so'],
  ])('%s', async (_, words, name, sentence) => {
    const { code, stderr } = await run([id, '--out', join(pack, name), ...words]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  test('a place where nobody can write', async () => {
    const { code, stderr } = await run([id, '--out', '/proc/pack']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^\/proc\/pack cannot be written: .*\. Nothing was written\. /),
    ]);
  });

  test('a person who may not read', async () => {
    const { code, stderr } = await run([id, '--out', place], 'dan@rollback-local-deployer');
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not authorized to perform: dynamodb:Query')]);
    expect(nothing()).toEqual([]);
  });

  test('Ctrl-C while it reads', async () => {
    let asked = 0;
    const silent = createServer(() => {
      asked += 1;
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const started = startRollback(['evidence', id, '--out', place], { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    await eventually(
      () => asked > 0,
      100,
      () => JSON.stringify(started.output),
    );
    signalGroup(started.pid, 'SIGINT');
    expect((await started.ended).code).toBe(130);
    silent.closeAllConnections();
    silent.close();
    expect(nothing()).toEqual([]);
  });
});

describe('a rollback that has not ended', () => {
  /** Writes an opening into the history, without an execution. */
  async function openedAt(rollback: string, at: string): Promise<void> {
    const db = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        region: 'us-east-1',
        endpoint: account.endpoint,
        credentials: { accessKeyId: 'ana', secretAccessKey: 'x' },
      }),
    );
    const event = chained(rollback, emptyChain, {
      id: 'rollback-opened',
      type: 'Rollback opened',
      at,
      detail: {
        ...opening[2],
        execution_arn: `arn:aws:states:us-east-1:000000000000:execution:rollback-local-phase-1:${rollback}`,
      },
    });
    await db.send(
      new PutCommand({ TableName: 'rollback-local-history', Item: { ...eventKey(rollback, 1), ...event } }),
    );
  }
  beforeAll(() => openedAt('r-open', '2026-03-02T09:00:00.000Z'));

  test('has no pack without --open', async () => {
    const { code, stderr } = await run(['r-open', '--out', join(folder, 'open')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Rollback r-open has not ended')]);
  });

  test('has one with --open that says so, and which parts there are not', async () => {
    const { code } = await run(['r-open', '--out', join(folder, 'open'), '--open']);
    expect(code).toBe(1); // its RECORD is missing
    const page = readFileSync(join(folder, 'open/index.html'), 'utf8');
    expect(page).toContain('NOT CLOSED: the rollback had not ended when this pack was made.');
    expect(page).toContain('NOT WHOLE: the RECORD is missing');
    expect(page).toContain('unavailable: Step Functions deletes an execution 90 days after its end');
    const { status, stdout } = verify(join(folder, 'open'));
    expect([status, stdout]).toEqual([1, expect.stringContaining('NOT WHOLE when it was made: the RECORD is missing')]);
  });

  test('is called invented if Step Functions must still have its execution', async () => {
    await openedAt('r-invented', new Date().toISOString());
    const { code } = await run(['r-invented', '--out', join(folder, 'invented'), '--open']);
    const page = readFileSync(join(folder, 'invented/index.html'), 'utf8');
    expect([code, page]).toEqual([
      1,
      expect.stringContaining('unavailable: INVENTED: Step Functions has no execution r-invented'),
    ]);
  });
});

test('a part that may not be read is named in the pack, and the exit code is 1', async () => {
  const fault = { action: 'states:DescribeStateMachineForExecution', fails: 1, error: 'AccessDeniedException' };
  await fetch(`${account.endpoint}/_account/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  const where = join(folder, 'denied');
  const { code, stdout } = await run([id, '--out', where]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^ {2}denied {5}definition: Injected fault/m)]);
  expect(readFileSync(join(where, 'index.html'), 'utf8')).toContain(
    'INCOMPLETE: definition is missing: Injected fault',
  );
  expect(verify(where).status).toBe(0);
});
