import { describe, expect, test } from 'vitest';
import type { AlarmMetric } from '../../../domain/alarm/alarm-metrics.ts';
import type { RollbackEvent } from '../../../domain/history/event.ts';
import { nothingUsual } from '../../../domain/page/facts.ts';
import { writePageHandler } from '../../../lambdas/write-page/handler.ts';
import { type WritePageDeps, writePage } from '../../../lambdas/write-page/write-page.ts';
import { at, rolledBack, verdicts } from '../../domain/page/an-incident.ts';

const told = { rollback: 'r-1', message: 'rollback-complete' };
const metric: AlarmMetric = {
  ...{ namespace: 'Trading', metric: 'DataIntegrityErrors', statistic: 'Maximum', period_seconds: 10, counter: true },
  ...{ measures: 'value', threshold: 1, worse: 'above' },
};

/** Returns a world in which everything works, with what was put, slept and counted. */
function world(more: Partial<WritePageDeps> = {}, events: () => RollbackEvent[] = () => rolledBack()) {
  const put: { key: string; html: string; over: 'if-none' | undefined }[] = [];
  const slept: number[] = [];
  let counted = 0;
  const deps: WritePageDeps = {
    history: { events: async () => events(), everyHost: async () => verdicts() },
    metricOfAlarm: () => metric,
    plotted: async (_, __, time) => ({
      ...{ metric: 'DataIntegrityErrors', statistic: 'Maximum', period_seconds: 10, threshold: 1, worse: 'above' },
      ...{ ...time, points: [[Date.parse(at(0)), 5]] },
    }),
    planned: async () => [{ id: 'stop', name: 'Stop data ingestion' }],
    usual: async () => nothingUsual,
    later: async () => [],
    put: async (key, html, over) => void put.push({ key, html, over }),
    countUnwritten: async () => {
      counted += 1;
    },
    about: { environment: 'local', contacts: {}, runbook: 'docs/runbook.md' },
    now: () => Date.parse(at(70)),
    sleep: async (milliseconds) => void slept.push(milliseconds),
    ...more,
  };
  return { deps, put, slept, counted: () => counted };
}

test('writes the page of the rollback, once', async () => {
  const { deps, put, slept, counted } = world();
  expect(await writePage(deps, told)).toEqual({ key: 'pages/r-1.html', result: 'written' });
  expect(put.map(({ key }) => key)).toEqual(['pages/r-1.html']);
  expect(put[0]?.html).toContain('<p class="title">Rolled back</p>');
  expect(put[0]?.html).toContain('class="series" d="M');
  expect([slept, counted()]).toEqual([[], 0]);
});

test('waits until the event of the message is stored, ten seconds at most', async () => {
  let looks = 0;
  const all = rolledBack();
  const late = world({}, () => (++looks < 3 ? all.slice(0, -1) : all));
  await writePage(late.deps, told);
  expect(late.slept).toEqual([2000, 2000]);
  expect(late.put[0]?.html).toContain('[RESOLVED] Phase 1 Rollback Complete');
  const never = world({}, () => all.slice(0, -1));
  expect(await writePage(never.deps, told)).toMatchObject({ result: 'written' });
  expect(never.slept).toEqual([2000, 2000, 2000, 2000]);
});

test('writes again if an event was added meanwhile, so that a slower call leaves no older page', async () => {
  const all = rolledBack();
  let puts = 0;
  const { deps, put } = world({}, () => (puts === 0 ? all.slice(0, 5) : all));
  const slower: WritePageDeps = {
    ...deps,
    put: async (key, html) => {
      await deps.put(key, html);
      puts += 1;
    },
  };
  await writePage(slower, { rollback: 'r-1', message: 'none' });
  expect(put.map(({ html }) => /at event (\d+)/.exec(html)?.[1])).toEqual(['5', String(all.length)]);
});

describe('a page that cannot be written', () => {
  test('is tried three times, counted, and fails nobody', async () => {
    const { deps, slept, counted } = world({ put: () => Promise.reject(new Error('SlowDown')) });
    expect(await writePage(deps, told)).toEqual({ key: 'pages/r-1.html', result: 'not written' });
    expect([slept, counted()]).toEqual([[3000, 10_000], 1]);
  });

  test('is written by the second try', async () => {
    let tries = 0;
    const { deps, counted } = world({
      put: async () => (++tries === 1 ? Promise.reject(new Error('503')) : undefined),
    });
    expect(await writePage(deps, told)).toMatchObject({ result: 'written' });
    expect(counted()).toBe(0);
  });

  test('is replaced by a page of what is stored, if the events themselves cannot be read', async () => {
    const { deps, put, counted } = world({}, () => rolledBack().slice(1));
    expect(await writePage(deps, told)).toMatchObject({ result: 'not written' });
    expect(put.map(({ over }) => over)).toEqual([undefined]);
    expect(put[0]?.html).toContain('<p class="title">This rollback cannot be read</p>');
    expect(put[0]?.html).toContain('npm run rollback -- verify-history r-1');
    expect(put[0]?.html).toContain('<b>Rollback closed</b>');
    expect(counted()).toBe(1);
  });

  test('leaves an earlier page as it is while a table is away', async () => {
    const away = () => Promise.reject(new Error('the history table is away'));
    const { deps, put } = world({ history: { events: away, everyHost: away } });
    await writePage(deps, told);
    expect(put.map(({ over }) => over)).toEqual(['if-none']);
    expect(put[0]?.html).toContain('The page could not be written: the history table is away');
  });

  test('fails the function if it cannot even be counted: then its alarm on errors goes red', async () => {
    const refused = () => Promise.reject(new Error('refused'));
    await expect(writePage(world({ put: refused, countUnwritten: refused }).deps, told)).rejects.toThrow('refused');
  });
});

test.each<[string, Partial<WritePageDeps>, string]>([
  ['the metric', { plotted: () => Promise.reject(new Error('throttled')) }, 'could not be read from CloudWatch'],
  ['an alarm that triggers.yaml has no longer', { metricOfAlarm: () => undefined }, 'triggers.yaml has no alarm'],
  ['the plan', { planned: () => Promise.reject(new Error('gone')) }, 'The planned steps are not known: Error: gone'],
  [
    'host reports',
    { history: { events: async () => rolledBack(), everyHost: () => Promise.reject(new Error('denied')) } },
    'The reports of the hosts are not here: Error: denied',
  ],
])('without %s the page says so', async (_, more, says) => {
  const { deps, put } = world(more);
  expect(await writePage(deps, told)).toMatchObject({ result: 'written' });
  expect(put[0]?.html).toContain(says);
});

test('a message about something that is no rollback writes nothing', async () => {
  const { deps, put } = world({}, () => []);
  expect(await writePage(deps, told)).toMatchObject({ result: 'no rollback' });
  expect(put).toEqual([]);
});

test('a history that was changed is named on the page', async () => {
  const forged = rolledBack().map((event) => (event.sequence === 3 ? { ...event, at: at(1) } : event));
  const { deps, put } = world({}, () => forged);
  await writePage(deps, told);
  expect(put[0]?.html).toContain('The history is not whole');
  expect(put[0]?.html).toContain('BROKEN at event 3');
});

test('takes what SNS sends to a function', async () => {
  const { deps, put } = world();
  const value = (Value: string) => ({ Type: 'String', Value });
  const Sns = { Message: '…', MessageAttributes: { rollback: value('r-1'), message: value('m'), phase: value('1') } };
  expect(await writePageHandler(deps)({ Records: [{ Sns }] }, {} as never)).toEqual([
    { key: 'pages/r-1.html', result: 'written' },
  ]);
  expect(put).toHaveLength(1);
});
