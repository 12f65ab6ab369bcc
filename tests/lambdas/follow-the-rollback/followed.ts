import type { FoundLines, LogQuery, LogSource } from '../../../domain/follow-up/log-queries.ts';
import type { TaskNotice } from '../../../domain/follow-up/task-notice.ts';
import type { Collected } from '../../../domain/report/facts.ts';
import { noTruth } from '../../../domain/truth/fleet-truth.ts';
import { beginFollowUp } from '../../../lambdas/follow-the-rollback/begin.ts';
import { type CheckDeps, checkAfterwards } from '../../../lambdas/follow-the-rollback/check-afterwards.ts';
import { dueTasksIn } from '../../../lambdas/stores/due-tasks.ts';
import { automaticRollback, ENDED } from '../automatic-rollback.ts';

const hour = 3600_000;
const found = { found: { lines: [{ at: ENDED, log: '1:/aws/lambda/x', text: 'one <b>line</b>' }], matched: 1 } };
export const after = (hours: number) => Date.parse(ENDED) + hours * hour;

/** Rollback r-1 that has ended, with a follow-up. Every fact is good unless `facts` says otherwise. */
export async function followedRollback() {
  const one = await automaticRollback();
  const told = {
    pages: [] as string[],
    bodies: [] as string[],
    notices: [] as TaskNotice[],
    objects: new Map<string, string>(),
    relapses: 0,
  };
  const facts = {
    red: [] as string[],
    holder: null as string | null,
    again: [] as string[],
    logs: { product: found, trading: found } as Record<LogSource, Collected<FoundLines>>,
  };
  const dueTasks = dueTasksIn(one.tables.db, 'state');
  const clock = { now: after(0) };
  const deps = {
    ...one.deps,
    environment: 'test',
    dueTasks,
    putNotices: async (notices: readonly TaskNotice[]) => void told.notices.push(...notices),
    statusOf: async () => 'RUNNING',
    now: () => clock.now,
    metrics: async () => ({ red: facts.red, metric: { state: 'at baseline' as const, says: 'Gaps is 0.' } }),
    again: async () => facts.again,
    truth: async () => ({ ...noTruth, state: 'agree' as const }),
    hold: async () => ({ holder: facts.holder, fence: 1 }),
    publish: async (subject: string, body: string) => {
      told.pages.push(subject);
      told.bodies.push(body);
      return 'm-1';
    },
    template:
      'SUBJECT: [RELAPSE] [rollback_id] after [hours]\nAUDIENCE: Operations\n\n[found]\n[condition]\n[reference]',
    runbook: 'docs/runbook.md',
    countRelapse: async () => {
      told.relapses += 1;
    },
    collect: async (_: unknown, at: string) => ({
      ...{ rollback: 'r-1', from: at, to: at, metrics: { found: [] } },
    }),
    queryLogs: async ({ of }: LogQuery) => facts.logs[of],
    tradingLogs: { groups: ['/trading/orders'], like: 'error' },
    bucket: { put: async (key: string, text: string) => void told.objects.set(key, text) },
  } satisfies CheckDeps & Parameters<typeof beginFollowUp>[0];
  return {
    ...one,
    ...{ told, facts, dueTasks, clock, deps },
    begin: (execution = 'arn:follow:1', input: unknown = { rollback: 'r-1' }) =>
      beginFollowUp(deps, { input, execution }),
    check: (hours: number, more: Partial<CheckDeps> = {}) => {
      clock.now = after(hours);
      return checkAfterwards({ ...deps, ...more }, { rollback: 'r-1', look: null, not_looked: null });
    },
  };
}
