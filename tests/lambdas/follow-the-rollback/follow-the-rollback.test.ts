import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { followUpOf } from '../../../domain/follow-up/follow-up.ts';
import { firstBreak } from '../../../domain/history/event.ts';
import { followedRollback } from './followed.ts';

let one: Awaited<ReturnType<typeof followedRollback>>;
beforeEach(async () => {
  one = await followedRollback();
});
const followUp = async () => followUpOf(await one.events());

describe('a follow-up begins', () => {
  test('with eight open tasks, in the history, in the state table and for a ticket system', async () => {
    await one.end();
    expect(await one.begin()).toMatchObject({
      rollback: 'r-1',
      next: '2026-03-02T09:40:00.000Z',
      hosts: true,
      minutes: 30,
    });
    expect((await followUp())?.tasks.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await one.dueTasks.all()).toHaveLength(8);
    expect(one.told.notices.map(({ type, detail }) => [type, detail.id])).toContainEqual([
      'Rollback Task Opened',
      'test/r-1/1',
    ]);
    expect(firstBreak(await one.events())).toBeUndefined();
  });

  test('once: a repeat by the same execution adds nothing, and another execution ends at once', async () => {
    await one.end();
    await one.begin();
    const types = await one.types();
    await one.begin();
    expect(await one.types()).toEqual(types);
    expect(await one.begin('arn:follow:2')).toMatchObject({
      next: null,
      says: 'Nothing to follow up: arn:follow:1 follows it up.',
    });
    expect(await one.types()).toEqual(types);
  });

  test('again if the earlier execution has failed, at the check that is due next, without new tasks', async () => {
    await one.end();
    await one.begin();
    await one.check(2);
    Object.assign(one.deps, { statusOf: async () => 'FAILED' });
    expect(await one.begin('arn:follow:2')).toMatchObject({ minutes: 180 });
    expect((await followUp())?.tasks).toHaveLength(8);
  });

  test('from the event of an execution that has ended', async () => {
    await one.end();
    const event = { source: 'aws.states', detail: { name: 'r-1', status: 'SUCCEEDED' } };
    expect(await one.begin('arn:follow:1', event)).toMatchObject({ rollback: 'r-1', hosts: true });
  });

  test('later if Reconcile has not closed the rollback yet', async () => {
    await expect(one.begin()).rejects.toMatchObject({ name: 'NotClosedYet' });
  });

  test.each<[unknown, string]>([
    [{}, 'found {}'],
    [{ rollback: 'r-9' }, 'There is no rollback r-9'],
    [{ rollback: 7 }, 'A follow-up begins with'],
  ])('not by %j: a person reads why', async (input, reason) => {
    await expect(one.begin('arn:follow:1', input)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(reason),
    });
  });

  test('not for an end that has no rollback, such as an alarm that joined one', async () => {
    const event = { source: 'aws.states', detail: { name: 'no-rollback' } };
    expect(await one.begin('arn:follow:1', event)).toMatchObject({
      next: null,
      says: 'Nothing to follow up: no rollback has this id.',
    });
  });
});

describe('a check', () => {
  beforeEach(async () => {
    await one.end();
    await one.begin();
  });

  test('is an event, sealed, and once per hour of the schedule', async () => {
    await one.check(0.5);
    const types = await one.types();
    await one.check(0.6);
    expect(await one.types()).toEqual(types);
    expect(types.slice(-2)).toEqual(['Checked afterwards', 'Sealed']);
    expect((await followUp())?.checks).toMatchObject([{ hours: 0.5, state: 'healthy' }]);
  });

  test('pages once about a relapse, and names the rollback', async () => {
    await one.check(1);
    one.facts.red = ['rollback-test-phase-1-data_corruption'];
    await one.check(2);
    await one.check(3);
    expect(one.told.pages).toEqual(['[RELAPSE] r-1 after 2 hours']);
    expect(one.told.relapses).toBe(2);
  });

  test('pages about a second rollback with its ending, how the system is now, and the commands for both', async () => {
    one.facts.again = ['r-2'];
    await one.check(2);
    const [body = ''] = one.told.bodies;
    expect(body).toContain(
      'Rollback r-2 of the same phase began since, and nothing was deployed in between. It has not',
    );
    expect(body).toContain('a second rollback began; well now');
    expect(body).toMatch(/Next:\nnpm run rollback -- follow-up r-1.*\nnpm run rollback -- show r-2/);
    expect(body).not.toContain('docs/runbook.md#rolled-back');
  });

  test('that could not page fails, and pages when it is repeated', async () => {
    one.facts.red = ['a'];
    const publish = async () => Promise.reject(new Error('SNS is down'));
    await expect(one.check(1, { publish })).rejects.toThrow('SNS is down');
    expect((await followUp())?.checks).toEqual([]);
    await one.check(1);
    expect(one.told.pages).toHaveLength(1);
  });

  test('stores the due times of open tasks that the state table has lost', async () => {
    for (const task of await one.dueTasks.all()) await one.dueTasks.close(task);
    await one.check(1);
    expect(await one.dueTasks.all()).toHaveLength(8);
  });

  test('after 4 hours drafts the interim report with its evidence; the event has the hash of the text', async () => {
    await one.check(4);
    const { draft } = (await followUp())?.reports.interim ?? {};
    const text = one.told.objects.get(draft?.key ?? '') ?? '';
    expect(text).toContain('# Interim report: rollback r-1');
    expect(createHash('sha256').update(text).digest('hex')).toBe(draft?.sha256);
    const kinds = [...one.told.objects.keys()].map((key) => key.replace(/-[0-9a-f]{12}/, ''));
    expect(kinds).toEqual(
      ['logs-product-4h.json', 'logs-trading-4h.json', 'evidence-4h.json', 'interim-4h.md', 'interim-4h.html'].map(
        (name) => `follow-up/r-1/${name}`,
      ),
    );
    const before = await one.types();
    await one.check(4);
    expect(await one.types()).toEqual(before);
  });

  test('collects logs once; those that could not be collected are a gap, and are asked again with the next draft', async () => {
    one.facts.logs.trading = { missing: 'CloudWatch Logs refused: LimitExceededException: 30 at once' };
    await one.check(4);
    const first = (await followUp())?.evidence[0];
    expect(first?.logs).toMatchObject([
      { of: 'product', lines: 1, matched: 1 },
      { of: 'trading', missing: expect.stringContaining('30 at once') },
    ]);
    const interim = [...one.told.objects].find(([key]) => key.endsWith('.md'))?.[1];
    expect(interim).toContain('NOT KNOWN: logs of the trading system: CloudWatch Logs refused');
    one.facts.logs = { product: { missing: 'asked twice' }, trading: { found: { lines: [], matched: 0 } } };
    await one.check(24);
    const second = (await followUp())?.evidence[1];
    expect(second?.logs).toMatchObject([{ ...first?.logs[0] }, { of: 'trading', lines: 0, matched: 0 }]);
  });

  test('after seven days is the last one', async () => {
    expect(await one.check(24)).toMatchObject({ hosts: true, minutes: 2880 });
    expect(await one.check(144)).toMatchObject({ hosts: false, minutes: 10_080 });
    expect(await one.check(168)).toMatchObject({ next: null });
    expect((await followUp())?.over_at).toBe('2026-03-09T09:10:00.000Z');
    expect((await followUp())?.reports['post-mortem'].draft?.number).toBe(2);
  });

  test('whose hosts could not be asked says so', async () => {
    const { checkAfterwards } = await import('../../../lambdas/follow-the-rollback/check-afterwards.ts');
    one.clock.now += 3600_000;
    const { says } = await checkAfterwards(one.deps, { rollback: 'r-1', look: null, not_looked: 'No document.' });
    expect(says).toContain('unknown: The hosts could not be checked: No document.');
  });
});
