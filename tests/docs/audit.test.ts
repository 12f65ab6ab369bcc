import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetItemCommand,
  type GetItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../cli/rollback.ts';
import { linkOf } from '../../domain/history/link.ts';
import { recordOf } from '../../domain/history/record.ts';
import { facets, hostIndexAttributes, indexAttributes, indexName } from '../../domain/history/record-index.ts';
import { countersKey, eventKey, hostKey, linkKey, recordKey } from '../../domain/tables.ts';
import { chainOf, closed, frozen, opened } from '../domain/history/sample-events.ts';
import { emptyTables } from '../lambdas/tables.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/audit.md'), 'utf8');
const table = 'rollback-production-history';

/** The blocks of the document that begin with a command of the AWS CLI, on one line each. */
const awsCommands = [...document.matchAll(/^ {4}(aws dynamodb (?:.*\\\n)*.*)$/gm)].map(([, text = '']) =>
  text.replaceAll(/\\\n\s*/g, ''),
);

/** Returns the words of a command line, as bash reads them. */
const wordsOf = (command: string): string[] =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

const switches: Readonly<Record<string, object>> = {
  '--no-scan-index-forward': { ScanIndexForward: false },
  '--consistent-read': { ConsistentRead: true },
};
const pascal = (option: string) => option.replaceAll(/-+([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Returns the action and the request of a command, as the AWS CLI makes them of its options. */
function requestOf(command: string) {
  const [, , action = '', ...options] = wordsOf(command);
  let input: Record<string, unknown> = {};
  while (options.length > 0) {
    const option = options.shift() ?? '';
    const value = switches[option] ? undefined : (options.shift() ?? '');
    if (value === undefined) input = { ...input, ...switches[option] };
    // The AWS CLI's own: it stops after so many items, whatever the size of the pages.
    else if (option === '--max-items') input = { ...input, Limit: Number(value) };
    else input = { ...input, [pascal(option)]: /^[{[]/.test(value) ? JSON.parse(value) : value };
  }
  return { action, input: input as unknown as GetItemCommandInput & QueryCommandInput };
}

let db: Awaited<ReturnType<typeof emptyTables>>['db'];
beforeAll(async () => {
  ({ db } = await emptyTables([table]));
  for (const item of items()) await db.send(new PutCommand({ TableName: table, Item: item }));
});

/** Returns what the examples look for: two rollbacks of November 2026 with events, reports of a host, and a link. */
function items(): Record<string, unknown>[] {
  const [type, at, detail] = frozen;
  const events = chainOf(opened, [type, at, { ...detail, deployment: { version: 'v1.4.0', at } }], closed);
  const principal = 'arn:aws:sts::111122223333:assumed-role/operator/ana';
  const host = 'i-00000000000000001';
  const start_time = '2026-11-29T20:13:08.313Z';
  const rollback = (rollback_id: string, ending: 'Rolled back' | 'Needs a person') => {
    const record = { ...recordOf(events), rollback_id, ending, principal, start_time, phase: 2 };
    const step = 'clear-corrupted-cache';
    const report = { instance_id: host, name: 'host-1', step, verdict: 'done' };
    return [
      { ...recordKey(rollback_id), ...record, ...indexAttributes(record) },
      { ...hostKey(rollback_id, step, host), ...report, ...hostIndexAttributes(host, rollback_id, step, start_time) },
      ...events.map((event) => ({ ...eventKey(rollback_id, event.sequence), ...event })),
      { ...eventKey(rollback_id, 99), type: 'Fleet taken' },
      { ...eventKey(rollback_id, 100), type: 'Annotated' },
    ];
  };
  return [
    ...rollback('94ca7c06-5f1f-45b7-8005-fffee199b005', 'Rolled back'),
    ...rollback('82289675-1763-443a-b4ce-2f2635c91e39', 'Needs a person'),
    countersKey({ month: '2026-11', mode: 'live', phase: 1, trigger: 'manual' }, 1),
    { ...linkKey('2026-11', 1), ...linkOf('opened', 'r-1', { count: 1, head: 'h' }) },
  ];
}

describe('an example for the AWS CLI', () => {
  test.each(awsCommands)('finds what it is for: %s', async (command) => {
    const { action, input } = requestOf(command);
    expect(input.TableName).toBe(table);
    if (action === 'get-item') {
      const { Item } = await db.send(new GetItemCommand(input));
      expect(Object.keys(Item ?? {})).not.toEqual([]);
    } else {
      expect(action).toBe('query');
      const { Items = [] } = await db.send(new QueryCommand(input));
      expect(Items).not.toEqual([]);
    }
  });

  test('shows every kind of key: records, events, hosts, links, counters, and an index', () => {
    const keys = /RECORD#|EVENT#|HOST#|CHAIN#|STATS#|--index-name/g;
    expect(new Set(awsCommands.flatMap((command) => command.match(keys) ?? [])).size).toBe(6);
  });

  test('that names an unknown index fails', async () => {
    const { input } = requestOf((awsCommands[0] ?? '').replace('by-phase', 'by-moon'));
    await expect(db.send(new QueryCommand(input))).rejects.toThrow(/specified index: by-moon/);
  });
});

test('every index of the history is named', () => {
  expect(facets.filter((facet) => !document.includes(`\`${indexName(facet)}\``))).toEqual([]);
});

/** Commands of the table and of the outputs; those with `…`, `ARN` or `ID` are shortened. */
const commands = [
  ...document.matchAll(/(?:`|\$ )rollback ((?:history|stats|show|evidence|verify-history)[^`|>\n]*)/g),
].map(([, text = '']) => text.trim());

describe('an example of the command line has options that exist:', () => {
  test.each([...new Set(commands)])('rollback %s', async (text) => {
    const [name, ...words] = wordsOf(text.replace('i-…', 'i-1'));
    const command = (await program()).commands.find((one) => one.name() === name);
    const known = command?.options.map(({ long }) => long) ?? [];
    expect(words.filter((word) => word.startsWith('--') && !known.includes(word))).toEqual([]);
    expect(command).toBeDefined();
  });
});
