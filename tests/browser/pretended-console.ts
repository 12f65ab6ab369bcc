import { readInfra } from '../../config/infra.ts';
import { type Backend, type Fields, type Json, NotKnown } from '../../console/backend.ts';
import { serveConsole } from '../../console/serve-console.ts';
import { endings } from '../../domain/ending.ts';
import { pageModel, withoutLongTexts } from '../../domain/page/page-model.ts';
import { answers } from '../../domain/question/question.ts';
import { lineNames } from '../../domain/ready/readiness.ts';
import { severities } from '../../domain/severity.ts';
import { triggers } from '../../domain/trigger.ts';
import { pathOf } from '../../statemachines/graph/drawn-line.ts';
import { graphOf } from '../../statemachines/graph/graph.ts';
import { layOut } from '../../statemachines/graph/layout.ts';
import { stateMachines } from '../../statemachines/state-machines.ts';
import { chainOf, factsOf, hostNames, opening, rolledBack, verdicts } from '../domain/page/an-incident.ts';

type Choices = {
  readonly hosts: number;
  readonly isAsking?: boolean;
  readonly reason?: string;
  readonly port?: number;
};

/** Wider than a phone, as the plans of hosts are. */
const longPlan = `PLAN r-2: nothing was changed\nHOSTS  ${'wide '.repeat(60)}`;

const asked = {
  ...{ rollback: 'r', phase: 1, number: 1, kind: 'confirm', severity: 'HIGH', approvers: 1 },
  ...{ why: ['HIGH is rolled back after assessment.'], at_deadline: 'It looks again.' },
  ...{ asked_at: '2026-01-05T09:00:21.000Z', deadline: '2099-01-05T09:15:21.000Z' },
};

/** Serves a console whose account is made up: for states that an account reaches slowly, or never. */
export async function pretended({ hosts, isAsking = false, reason, port = 0 }: Choices) {
  let expired: string | undefined;
  let answered: unknown;
  let lost: string | undefined;
  let live = liveOf({ hosts, isAsking, ...(reason === undefined ? {} : { reason }) });
  const part = (read: Json, lines: readonly string[] = []) =>
    expired === undefined ? { read, lines } : { unreadable: expired };
  const acted: object[] = [];
  const act = (name: string) => async (fields: Fields) => {
    acted.push({ act: name, ...fields });
    if (lost !== undefined) throw new NotKnown(new Error(lost));
    return { says: `Done: ${name}.`, ...(name === 'plan' ? { plan: longPlan } : {}), rollback: 'r-2' };
  };
  const backend: Backend = {
    about: async () => aboutIt,
    parts: {
      fast: async () => ({
        open: part([live]),
        fleet: part({}, ['Fleet trading is free.']),
        brakes: part({}, ['Automation is not paused.']),
      }),
      slow: async () => slowParts(part, hosts),
    },
    every: { fast: 200, slow: 200 },
    reads: {
      rollback: async () => withoutLongTexts({ ...live, visited, timeline }),
      graph: async () => graph(),
      hosts: async () => hostNames(hosts).map(listedHost),
      rights: async () => ({ allowed: true, why: null }),
      history: async () => ({ rollbacks: [summary], next: null }),
      stats: async () => statistics,
    },
    acts: {
      answer: async (fields) => {
        answered = fields;
        return { says: `Accepted: ${String(fields['answer'])}.` };
      },
      ...Object.fromEntries(['ack', 'pause', 'unpause', 'release', 'plan', 'start'].map((name) => [name, act(name)])),
    },
    page: async () => '<!doctype html><title>x</title>',
  };
  const served = await serveConsole(backend, port);
  return {
    served,
    close: served.close,
    answered: () => answered,
    /** The other acts that were asked for, in order. */
    acted: () => acted,
    /** Somebody else decides the open question, and the rollback asks another one, which has some of the same answers. */
    askNext: () => {
      const { question } = live;
      if (!question) throw new Error('No question is open.');
      const [first] = question.answers;
      if (!first) throw new Error('The question has no answer.');
      const next = { ...question, number: question.number + 1, says: 'What next?', answers: [first] };
      live = { ...live, who_decided: ['Question 1 (confirm): bo answered rollback.'], question: next };
    },
    expire: (says: string | undefined) => {
      expired = says;
    },
    /** From now on each act is done, and its answer is lost. */
    lose: (says: string) => {
      lost = says;
    },
  };
}

function liveOf({ hosts, isAsking = false, reason }: Choices) {
  const failing = hostNames(hosts).slice(hosts / 2, hosts / 2 + (hosts > 10 ? 15 : 1));
  const events = isAsking
    ? chainOf(...opening({ hosts }), [1, 'Question asked', asked])
    : rolledBack({ hosts, failing, ...(reason === undefined ? {} : { reason }) }).slice(0, -3);
  const said = verdicts({ hosts }).map((one, index) =>
    index === 0 && reason !== undefined ? { ...one, verdict: 'failed' as const, reason } : one,
  );
  const {
    metric: _,
    history: __,
    ...model
  } = pageModel(factsOf(events, { hosts: { state: 'complete', value: said } }));
  const question = {
    ...{ ...asked, says: 'Roll it back?', stopped_at: null, failed: [], failed_hosts: [], brakes: [] },
    ...{ status: 'The question is open.', decided: false },
    answers: (['rollback', 'stand-down'] as const).map((answer) => ({
      ...{ answer, effect: answers[answer], needs_reason: false, command: `npm run rollback -- decide ${answer}` },
    })),
  };
  return {
    ...model,
    who_decided: ['Nobody had to decide.'],
    effect: [
      'Undo v1.4.0 and go back to pre-phase1-stable: the whole tree is restored',
      'Also undone, because their code goes back too: phase 2 (Analysis Engine)',
    ],
    planned: [{ id: 'stop-data-ingestion', name: 'Stop data ingestion' }],
    question: isAsking ? question : null,
    said: said
      .filter(({ verdict }) => verdict !== 'done')
      .map((one) => ({ name: one.name, step: one.step, verdict: one.verdict, says: one.reason ?? '' })),
  };
}

const aboutIt = {
  ...{ environment: 'local', region: 'us-east-1', account: '000000000000', embedded: true, act: true, caller: 'ana' },
  fleet: 'trading',
  phases: [1, 2].map((phase) => ({ phase, title: 'databento client' })),
  filters: { severity: severities, ending: endings, trigger: triggers },
};

const listedHost = (name: string, index: number) => ({
  ...{ instance_id: `i-${String(index + 1).padStart(17, '0')}`, name, online: index % 100 !== 7 },
  ...{ agent_version: '3.3.2746.0', seen_at: '2026-01-05T09:00:21.000Z' },
});

const summary = {
  ...{ rollback_id: 'r-1', phase: 1, phase_name: 'Databento Client', trigger: 'data_corruption', severity: 'CRITICAL' },
  ...{ start_time: '2026-01-05T09:00:21.000Z', duration_minutes: 1.5, limit_missed: true, ending: 'Rolled back' },
  ...{ operator: null, version: 'v1.4.0' },
};

const slowParts = (part: (read: Json, lines?: readonly string[]) => Json, hosts: number) => ({
  trading: part({}, ['No halt is on record that was not resumed.']),
  alarms: part([
    { alarm: 'rollback-local-phase-1-data_corruption', state: 'ALARM', since: '2026-01-05T09:00:21.000Z' },
    { alarm: 'rollback-local-x', state: 'INSUFFICIENT_DATA', since: null },
  ]),
  sessions: part(null),
  budgets: part([], ['phase 1  0 of 3 rollbacks in 24 hours']),
  hosts: part(null),
  readiness: part([readiness]),
  preparations: part([], ['No deployment was prepared.']),
  deployments: part([{ phase: 1, version: 'v1.4.0', at: '2026-01-05T08:50:00.000Z', frozen: false }]),
  verified: part([{ phase: 1, version: 'v1.3.0', at: '2026-01-04T08:50:00.000Z' }]),
  owed: part([{ phase: 1, name: 'host-2', rollback: 'r-1', left_out: false }], ['host-2 was left behind.']),
  truth: part({ differences: [{ instance_id: listedHost('', hosts - 1).instance_id, what: 'is at another version' }] }),
  clock: part({ ahead: 0, movable: true }),
  due: part([
    {
      ...{ kind: 'relapsed', rollback: 'phase-1-ana-20260105T080000Z-3f9a1c2b', phase: 1, due: null },
      says: 'not well 2 hours after its end: Red alarms: rollback-local-phase-1-data_corruption',
      later: {
        rollback_id: '94ca7c06-5f1f-45b7-8005-fffee199b005',
        start_time: '2026-01-05T09:00:21.000Z',
        ending: null,
      },
    },
    { kind: 'review', rollback: 'r-1', phase: 1, due: '2026-01-05T10:00:21.000Z', count: 1 },
    { kind: 'tasks', rollback: 'r-1', phase: 1, due: '2026-01-05T13:00:21.000Z', count: 2 },
  ]),
  recent: part([summary]),
});

const readiness = {
  ...{ phase: 1, version: 'v1.4.0', state: 'not ready', at: '2026-01-05T08:55:00.000Z' },
  lines: Object.keys(lineNames).map((id) => ({
    ...{ id, ready: id !== 'disk', evidence: 'It was looked at.', todo: id === 'disk' ? 'Free some space' : null },
    ...(id === 'disk' ? { hosts: [{ name: 'host-1', found: '1 MB' }] } : {}),
  })),
};

const visited = [
  { state: 'Open rollback', times: 1, entered: 1, exited: 2, failed: null },
  { state: 'Ask a person', times: 1, entered: 2, exited: null, failed: null },
];
const timeline = [{ sequence: 1, at: '2026-01-05T09:00:21.000Z', type: 'Rollback opened', says: 'CRITICAL' }];

/** Of the machine of phase 1. It is read once, because each page of a rollback asks for it. */
const graph = lazily(() => {
  const machine = stateMachines(readInfra())['phase-1'];
  if (!machine) throw new Error('Phase 1 has no machine.');
  const { lines, ...layout } = layOut(graphOf(machine));
  return { ...layout, lines: lines.map((line) => ({ ...line, ...pathOf(line) })) };
});

function lazily<T>(make: () => T): () => T {
  let made: { readonly one: T } | undefined;
  return () => {
    made ??= { one: make() };
    return made.one;
  };
}

const share = { count: 1, of: 1, share: 1 };
const figures = {
  ...{
    count: 1,
    success: share,
    false_positive: { count: 0, of: 0, share: null },
    limit_missed: { count: 0, of: 1, share: 0 },
  },
  minutes: [{ severity: 'CRITICAL', part: 'whole', limit: 15, p50: 1.5, p95: 2 }],
};
const statistics = {
  ...{ not_counted: 1, being_rebuilt: [] },
  groups: ['2026-10', '2026-11', 'all'].map((group) => ({ group, rollbacks: figures })),
};
