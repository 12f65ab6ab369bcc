import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenLink, linkOf } from '../../../domain/history/link.ts';
import { linksIn } from '../../../lambdas/stores/links.ts';

type Item = Record<string, unknown> & { readonly pk: string; readonly sk: string };
type Input = {
  readonly Item?: Item;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, string>>;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
};

/**
 * A table in memory that carries out one request at a time, in the order that `turn` allows: it resolves when the next
 * request may run.
 */
function orderedTable(turn: () => Promise<unknown>) {
  const items = new Map<string, Item>();
  const apply = ({ Item, KeyConditionExpression = '', ExpressionAttributeValues = {}, ...more }: Input) => {
    if (Item) {
      const key = `${Item.pk}/${Item.sk}`;
      if (items.has(key)) throw new ConditionalCheckFailedException({ message: 'exists', $metadata: {} });
      items.set(key, Item);
      return {};
    }
    const { ':pk': pk, ':before': before } = ExpressionAttributeValues;
    const found = [...items.values()]
      .filter((one) => one.pk === pk && (!KeyConditionExpression.includes('<') || one.sk < (before ?? '')))
      .toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
    const ordered = more.ScanIndexForward === false ? found.toReversed() : found;
    return { Items: ordered.slice(0, more.Limit ?? ordered.length) };
  };
  const db = {
    send: async ({ input }: { input: Input }) => {
      await turn();
      return apply(input);
    },
  };
  return db as unknown as DynamoDBDocumentClient;
}

const opened = (rollback: string) => linkOf('opened', rollback, { count: 1, head: rollback });

/** Lets writers with these instants append at once, in an order of requests that fast-check chooses. */
async function intact(scheduler: fc.Scheduler, before: readonly string[], instants: readonly string[]) {
  let ordered = false;
  const db = orderedTable(async () => (ordered ? scheduler.schedule(Promise.resolve()) : undefined));
  const links = linksIn(db, 'history');
  for (const at of before) await links.append(opened(`before ${at}`), { at });
  ordered = true;
  const written = Promise.all(instants.map((at, i) => links.append(opened(`r-${i}`), { at })));
  await scheduler.waitFor(written);
  ordered = false;
  const months = await Promise.all((await links.months()).map((month) => links.ofMonth(month)));
  const rollbacks = months.flat().flatMap((link) => ('rollback' in link ? [link.rollback] : []));
  expect(brokenLink(months)).toBeUndefined();
  expect(new Set(rollbacks).size).toBe(before.length + instants.length);
}

describe('writers whose clocks differ by months leave one intact chain, whatever the order of their requests,', () => {
  const months = ['2026-11-30T23:59:59Z', '2026-12-31T23:59:59Z', '2027-01-31T23:59:59Z'];

  test.each([
    ['two, after a month with links', ['2026-10-05T10:00:00Z'], months.slice(0, 2)],
    ['three, after a month with links', ['2026-10-05T10:00:00Z'], months],
    ['three, as the first of all', [], months],
    [
      'five, over two ends of a month',
      ['2026-10-05T10:00:00Z', '2026-11-02T10:00:00Z'],
      [...months, ...months.slice(1)],
    ],
  ])('%s', async (_, before, instants) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), (scheduler) => intact(scheduler, before, instants)),
      { numRuns: 200 },
    );
  });
});
