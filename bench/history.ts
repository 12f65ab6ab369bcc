import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { realClock } from 'embedded-aws/clock';
import { dynamodb } from 'embedded-aws/dynamodb';
import type { Connection } from '../cli/account/clients.ts';
import { readRollbacks } from '../cli/account/read-rollbacks.ts';
import type { HistoryFilter } from '../domain/history/history-query.ts';
import type { RollbackRecord } from '../domain/history/record.ts';
import {
  facetAttribute,
  facets,
  hostIndexAttributes,
  indexAttributes,
  indexName,
  startedAttribute,
  summaryAttribute,
} from '../domain/history/record-index.ts';
import { severities } from '../domain/severity.ts';
import { hostKey, recordKey } from '../domain/tables.ts';
import { triggers } from '../domain/trigger.ts';
import { type Figure, median } from './figure.ts';
import { prices } from './prices.ts';

const table = 'rollback-local-history';
/**
 * Three times as many as one page may read, so a page costs the same with 100,000. Each takes the embedded DynamoDB some
 * milliseconds, because it is written to nine indexes.
 */
const records = 4500;

/** Measures pages of the history: requests and bytes of the first page of each filter, and the command's start. */
export async function history(say: (line: string) => void): Promise<Figure[]> {
  const { endpoint, close } = await served();
  try {
    const client = new DynamoDBClient({
      ...{ region: 'us-east-1', endpoint },
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await fill(DynamoDBDocumentClient.from(client));
    say(`${records} rollbacks are stored`);
    const units: number[] = [];
    // The first middleware sees what DynamoDB charged, in the unit of half a read: 4 KB of an index.
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const used = [(result.output as { ConsumedCapacity?: unknown }).ConsumedCapacity].flat() as Capacity[];
        units.push(used.reduce((sum, one) => sum + (one?.CapacityUnits ?? 0), 0));
        return result;
      },
      { step: 'initialize' },
    );
    const connection = { db: DynamoDBDocumentClient.from(client), name: 'local' } as Connection;
    const pages: Page[] = [];
    for (const [name, filter] of Object.entries(filters)) {
      units.length = 0;
      const { rollbacks } = await readRollbacks(connection, { filter, limit: 20 });
      pages.push({ name, rows: rollbacks.length, requests: units.length, units: units.reduce((a, b) => a + b, 0) });
    }
    return [...pages.flatMap(figuresOf), monthOfAudit(pages), ...(await commandStart(endpoint))];
  } finally {
    close();
  }
}

type Capacity = { readonly CapacityUnits?: number } | undefined;
type Page = { readonly name: string; readonly rows: number; readonly requests: number; readonly units: number };

const host = 'i-0123456789abcdef0';

/** The first page by each facet, the rarest combination, and a filter that nothing passes. */
const filters: Readonly<Record<string, HistoryFilter>> = {
  'no filter': {},
  'by phase': { phase: 2 },
  'by severity': { severity: 'LOW' },
  'by trigger': { trigger: 'data_corruption' },
  'by ending': { ending: 'Rolled back' },
  'by cause': { cause: false },
  'by version': { version: 'v1.4.7' },
  'by operator': { operator: 'ana-7' },
  'by host': { host },
  'by phase, passed by none': { phase: 2, operator: 'nobody' },
  'by ending, passed by none': { ending: 'Rolled back', phase: 9 },
};

function figuresOf({ name, rows, requests, units }: Page): Figure[] {
  const megabytes = Math.round(((units * 2 * 4096) / 1_000_000) * 1000) / 1000; // half a unit per 4 KB
  return [
    { name: `history ${name}: requests of a page (${rows} rows)`, value: requests, unit: '', most: 2 },
    { name: '  read by DynamoDB', value: megabytes, unit: 'MB', most: 1.1 },
  ];
}

/** Returns the cost of 200 pages of the most expensive filter, and of 500 rollbacks shown whole. */
function monthOfAudit(pages: readonly Page[]): Figure {
  const page = Math.max(...pages.map(({ units }) => units));
  const shown = 20; // read consistently: 10 KB of record, 30 events and 27 reports, 4 KB a unit
  const cents = (200 * page + 500 * shown) * prices.dynamodbReadUnit * 100;
  return {
    name: "reads of a month's audit: 200 pages, 500 × show",
    value: Math.round(cents * 1000) / 1000,
    unit: 'cents',
    most: 10,
  };
}

/** The history table, as cdk/tables.ts declares it. */
const historyTable = () => ({
  TableName: table,
  AttributeDefinitions: ['pk', 'sk', startedAttribute, ...facets.map(facetAttribute)].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: keySchema('pk', 'sk'),
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: facets.map((facet) => ({
    IndexName: indexName(facet),
    KeySchema: keySchema(facetAttribute(facet), startedAttribute),
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [summaryAttribute] },
  })),
});

/** Serves the embedded DynamoDB alone over HTTP. */
async function served() {
  const database = dynamodb({ clock: realClock(), region: 'us-east-1', accountId: '000000000000' });
  await database.createTable(historyTable());
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const { status, headers, body } = await database.handle(action, await text(request));
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const keySchema = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];

/** Stores a rollback per hour, with the size of a real RECORD, and a host's reports on every tenth. */
async function fill(db: DynamoDBDocumentClient): Promise<void> {
  const items = Array.from({ length: records }, (_, n) => itemsOf(n)).flat();
  for (let from = 0; from < items.length; from += 25)
    await db.send(
      new BatchWriteCommand({
        RequestItems: { [table]: items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } })) },
      }),
    );
}

function itemsOf(n: number): Record<string, unknown>[] {
  const rollback_id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const start_time = new Date(Date.parse('2026-01-01T00:00:00Z') + n * 3_600_000).toISOString();
  const record = {
    ...{ rollback_id, start_time, phase: 1 + (n % 4), phase_name: 'Analysis Engine', mode: 'live' },
    ...{
      trigger: triggers[n % 6],
      severity: severities[n % 4],
      ending: n % 9 === 0 ? 'Needs a person' : 'Rolled back',
    },
    ...{ completion_time: start_time, duration_minutes: 12.4, deadline: start_time, limit_missed: false },
    ...{ data_loss: false, operator: `ana-${n % 50}`, hosts: 3, restored_to: 'pre-phase1-stable' },
    ...{ principal: 'arn:aws:sts::111122223333:assumed-role/rollback-production-operator/ana', root_cause: null },
    ...{ deployment: { version: `v1.4.${n % 20}`, at: start_time }, rest_of_the_record: 'x'.repeat(2500) },
  } as unknown as RollbackRecord;
  const steps = n % 10 === 0 ? ['clear-cache', 'restore-code', 'verify'] : [];
  return [
    { ...recordKey(rollback_id), ...record, ...indexAttributes(record) },
    ...steps.map((step) => ({
      ...hostKey(rollback_id, step, host),
      ...hostIndexAttributes(host, rollback_id, step, start_time),
      report: 'x'.repeat(400),
    })),
  ];
}

/** Returns the time and the processor's time from the command's start to its first row, and of `--version`. */
async function commandStart(endpoint: string): Promise<Figure[]> {
  const history = await started(['history'], endpoint);
  const version = await started(['--version'], endpoint);
  return [
    { name: 'rollback history, start to first row', value: history.milliseconds, unit: 'ms', most: 400 },
    { name: '  processor', value: history.processor, unit: 'ms' },
    { name: 'rollback --version, for comparison', value: version.milliseconds, unit: 'ms' },
    { name: '  processor', value: version.processor, unit: 'ms' },
  ];
}

/** Reports the processor's time of a process at its end. A busy machine stretches the other time. */
const reporting = `data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>{const{user,system}=process.cpuUsage();console.error((user+system)/1000)})',
)}`;

/** Returns the median of five starts. The first one fills the caches (docs/decisions/start-of-a-command.md) and does not count. */
async function started(words: readonly string[], endpoint: string) {
  const runs: { readonly milliseconds: number; readonly processor: number }[] = [];
  for (let i = 0; i < 6; i += 1) {
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', reporting, 'cli/bin.js', ...words], {
      env: { ...process.env, AWS_ENDPOINT_URL: endpoint },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const processor = text(child.stderr);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    runs.push({ milliseconds: performance.now() - began, processor: Number(await processor) });
  }
  const counted = runs.slice(1);
  return {
    milliseconds: Math.round(median(counted.map(({ milliseconds }) => milliseconds))),
    processor: Math.round(median(counted.map(({ processor }) => processor))),
  };
}
