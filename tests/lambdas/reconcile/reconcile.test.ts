import { beforeEach, describe, expect, test } from 'vitest';
import type { AlarmTransition } from '../../../domain/alarm/alarm-event.ts';
import type { RollbackEvent } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { type EndingMessage, endingMessages } from '../../../domain/message/ending-message.ts';
import { noTruth } from '../../../domain/truth/fleet-truth.ts';
import type { ManagedInstance } from '../../../lambdas/clients/managed-instances.ts';
import type { Publish } from '../../../lambdas/clients/publish.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { closeStopped } from '../../../lambdas/operations/close-stopped.ts';
import { endWithoutActing } from '../../../lambdas/operations/end-without-acting.ts';
import { type SendRequest, sendMessage } from '../../../lambdas/operations/send-message.ts';
import { stopCommands } from '../../../lambdas/operations/stop-commands.ts';
import { reconcileHandler } from '../../../lambdas/reconcile/handler.ts';
import { observe } from '../../../lambdas/reconcile/observe.ts';
import { type ReconcileDeps, reconcileOnce } from '../../../lambdas/reconcile/reconcile.ts';
import { resend } from '../../../lambdas/reconcile/resend.ts';
import { reviewTheRollback } from '../../../lambdas/review-the-rollback/review-the-rollback.ts';
import type { Deployment } from '../../../lambdas/stores/deployments.ts';
import { automaticRollback, DUE, rollback as r1 } from '../automatic-rollback.ts';
import { openedRollback, rollback } from '../opened-rollback.ts';

const name = 'rollback-test-phase-1-data_corruption';
const red = (changes: Partial<AlarmTransition> = {}): AlarmTransition => ({
  environment: 'test',
  phase: 1,
  trigger: 'data_corruption',
  alarm: name,
  state: 'ALARM',
  changed_at: '2026-03-02T09:00:00.000Z',
  reason: 'Threshold Crossed',
  reason_data: null,
  ...changes,
});
const claim = { rollback: 'r-1', execution_arn: rollback.execution_arn };
const now = () => Date.parse('2026-03-02T09:05:00.000Z');

let opened: Awaited<ReturnType<typeof openedRollback>>;
let alarms: AlarmTransition[];
let status: string;
let started: { phase: number; event: unknown; name?: string }[];
let published: string[];
let newest: Deployment | undefined;
let managedInstances: ManagedInstance[];
let ec2Responds: boolean;
let overdueCount: number;
beforeEach(async () => {
  opened = await openedRollback(3);
  [alarms, started, published] = [[], [], []];
  status = 'RUNNING';
  newest = undefined;
  managedInstances = [];
  ec2Responds = true;
  overdueCount = 0;
});

function deps(changes: Partial<ReconcileDeps> = {}): ReconcileDeps {
  const { deps } = opened;
  const publish = async (_: string, body: string) => `m-${published.push(body)}`;
  const page = { template: 'SUBJECT: Page\n\n[rollback_id] of phase [phase]: [problem]' };
  return {
    ...deps,
    now,
    alarms: { notOk: async () => alarms },
    statusOf: async () => status,
    environment: 'test',
    targets: { 1: 'pre-phase1' },
    fleet: 'trading',
    phases: [1],
    blind: ['system_failure'],
    start: async (phase, event, name) => void started.push({ phase, event, ...(name ? { name } : {}) }),
    deployments: {
      record: async (_, one) => one,
      newest: async () => newest,
      recent: async () => [],
      between: async () => [],
    },
    truth: async () => noTruth,
    inventory: async () => ({ hosts: managedInstances, gone: [], complete: ec2Responds }),
    arnOf: (alarm) => `arn:alarm:${alarm}`,
    closeStopped: (stopped) =>
      closeStopped({ ...deps, now, stopCommands: (id, status) => stopCommands(deps, id, status) }, stopped),
    page: (of, request, name = of) =>
      sendMessage({ ...deps, publish, now }, { ...request, message: { ...page, name } }),
    contacts: {},
    countOverdue: async () => {
      overdueCount += 1;
    },
    resend: () => resend({ ...resending(), send: (request) => sendMessage({ ...deps, publish, now }, request) }),
    writeLateHistory: async () => {},
    rememberHosts: async () => {},
    recordBlocks: async () => {},
    judgeDeployments: async () => {},
    closeMonths: async () => {},
    indexOlderItems: async () => {},
    countStatistics: async () => {},
    watchDrills: async () => {},
    ...changes,
  };
}
const resending = () => ({
  ...opened.deps,
  now,
  environment: 'test',
  contacts: {},
  page: async () => {},
  statusOf: async () => status,
  templates: Object.fromEntries(endingMessages.map((one) => [one, `SUBJECT: x\n\n${one}: [problem]`])) as Record<
    EndingMessage,
    string
  >,
});
/** The messages that are owed or were refused; calls about a rollback that needs a person are none. */
const unsentMessages = async () =>
  (await opened.deps.unsent.all()).flatMap((one) => ('message' in one ? [one.message] : []));
const once = (changes: Partial<ReconcileDeps> = {}) => reconcileOnce(deps(changes));
const record = async () => recordOf(await opened.events());
const holder = async () => (await opened.deps.locks.holder('trading'))?.rollback;
const touch = () => opened.deps.locks.touch('trading', 'r-1', opened.fence);

test.each([
  'recordBlocks',
  'judgeDeployments',
  'closeMonths',
  'indexOlderItems',
  'countStatistics',
  'watchDrills',
] as const)('calls %s last, whatever else failed', async (tidying) => {
  const order: string[] = [];
  const note = (name: string) => async () => void order.push(name);
  const failing = { resend: () => Promise.reject(new Error('SNS is down')), page: note('page') };
  await opened.deps.claims.claimPhase(1, claim);
  status = 'ABORTED';
  await expect(once({ ...failing, [tidying]: note(tidying) })).rejects.toThrow('SNS is down');
  expect(order).toEqual(['page', tidying]);
});

test('does nothing if all is well', async () => {
  expect(await once()).toEqual({ done: [] });
});

describe('a red alarm that no rollback handles', () => {
  beforeEach(() => {
    alarms = [red()];
  });

  test("starts its phase's machine with the event that was lost", async () => {
    await once();
    expect(started).toEqual([
      {
        phase: 1,
        event: {
          version: '0',
          source: 'aws.cloudwatch',
          'detail-type': 'CloudWatch Alarm State Change',
          time: '2026-03-02T09:00:00.000Z',
          resources: [`arn:alarm:${name}`],
          detail: {
            alarmName: name,
            state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp: '2026-03-02T09:00:00.000Z' },
          },
        },
        name: expect.stringMatching(/^phase-1-[a-z_]+-20260302T090000Z-[0-9a-f]{8}$/),
      },
    ]);
  });

  test('is started under one name per minute, so twice in a minute starts it once, and a stopped start is repeated', async () => {
    await once();
    await once();
    const [first, second] = started;
    expect(second?.name).toBe(first?.name);
    await once({ now: () => now() + 60_000 });
    expect(started[2]?.name).not.toBe(first?.name);
  });

  test('is left alone once a rollback handles it', async () => {
    await opened.deps.claims.claimAlarm(name, '2026-03-02T09:00:00.000Z', claim);
    await once();
    expect(started).toEqual([]);
  });
});

describe('a rollback is started by', () => {
  test.each<[string, Partial<AlarmTransition>, number]>([
    ['a red alarm', {}, 1],
    ['no data, if silence is a failure', { trigger: 'system_failure', state: 'INSUFFICIENT_DATA' }, 1],
    ['not: no data elsewhere', { state: 'INSUFFICIENT_DATA' }, 0],
    ['not: an alarm of a phase without a runbook', { phase: 7 }, 0],
  ])('%s', async (_, changes, count) => {
    alarms = [red(changes)];
    expect((await observe(deps())).red).toHaveLength(count);
  });
});

describe('an open rollback whose execution was stopped', () => {
  beforeEach(async () => {
    await opened.deps.claims.claimPhase(1, claim);
    status = 'ABORTED';
  });

  test('ends as needs a person, and frees its phase', async () => {
    await once();
    expect(await record()).toMatchObject({
      ending: 'Needs a person',
      problem: 'The execution ended ABORTED without closing the rollback.',
    });
    expect(await opened.deps.claims.phaseClaim(1)).toBeUndefined();
  });

  test('keeps the fleet if a host may have been touched', async () => {
    await touch();
    await once();
    expect(await holder()).toBe('r-1');
  });

  test('frees the fleet if none was', async () => {
    await once();
    expect(await holder()).toBeUndefined();
  });

  test('sends people one message, however often Reconcile runs', async () => {
    await touch();
    await once();
    await once();
    await once();
    expect(published).toEqual(['r-1 of phase 1: The execution ended ABORTED without closing the rollback.']);
  });
});

describe('the history of a rollback that is open and holds the fleet', () => {
  const observed = async (answers: readonly RollbackEvent[][]) => {
    const reads: string[] = [];
    const events = async (id: string) => answers[reads.push(id) - 1] ?? (await opened.deps.history.events(id));
    await opened.deps.claims.claimPhase(1, claim);
    const { held } = await observe(deps({ history: { ...opened.deps.history, events } }));
    return { reads, held };
  };

  test('is read once', async () => {
    expect((await observed([])).reads).toEqual(['r-1']);
  });

  test('is read again if it had no events yet: it may have been opened meanwhile, so nobody is paged for a missing record', async () => {
    expect((await observed([[]])).held).toMatchObject([{ rollback: 'r-1', ending: null }]);
  });
});

test('no open review costs one query', async () => {
  const reads: string[] = [];
  const reviews = {
    ...opened.deps.reviews,
    oldest: async () => void reads.push('oldest'),
    dueFrom: async () => {
      reads.push('dueFrom');
      return [];
    },
  };
  expect(await observe(deps({ reviews }))).toMatchObject({ reviews: [], overdue: null });
  expect(reads).toEqual(['oldest']);
});

test('a stopped rollback of several phases gives up its claim on each of them', async () => {
  status = 'ABORTED';
  for (const phase of [4, 3]) await opened.deps.claims.claimPhase(phase, { ...claim, phases: [4, 3] });
  await once({ phases: [3, 4] });
  expect(await Promise.all([3, 4].map((phase) => opened.deps.claims.phaseClaim(phase)))).toEqual([
    undefined,
    undefined,
  ]);
});

test('a page that could not be sent is sent a minute later', async () => {
  await opened.deps.claims.claimPhase(1, claim);
  await touch();
  status = 'ABORTED';
  const down = async () => Promise.reject(new Error('SNS is down'));
  const page = { name: 'needs-a-person', template: 'SUBJECT: Page\n\n[problem]' };
  const broken = once({
    page: (_, sending) => sendMessage({ ...opened.deps, publish: down, now }, { ...sending, message: page }),
  });
  await expect(broken).rejects.toThrow('The message needs-a-person was not sent: SNS is down.');
  expect((await record()).messages).toMatchObject([{ sent: false }]);
  await once();
  expect(published).toHaveLength(1);
  expect((await record()).messages).toMatchObject([{ sent: true }]);
});

describe('a lock', () => {
  test('of a rollback that ended well is freed', async () => {
    const closing = { rollback, fence: opened.fence, ending: 'Rolled back', problem: null } as const;
    const free = async () => false;
    await closeRollback({ ...opened.deps, locks: { ...opened.deps.locks, free }, now }, closing);
    status = 'SUCCEEDED';
    await once();
    expect(await holder()).toBeUndefined();
  });

  test('is taken for a rollback that needs a person, once the present holder has freed it', async () => {
    const { locks } = opened.deps;
    const kept = { rollback: 'r-1', execution_arn: claim.execution_arn, phase: 1, severity: 'HIGH' } as const;
    const place = {
      deployed: null,
      opened: '',
      part: 'person',
      touched: true,
      until: '',
      incident: 'r-1',
      acted: [],
    } as const;
    await locks.free('trading', 'r-1', opened.fence);
    await locks.wait('trading', { ...kept, ...place });
    status = 'FAILED';
    await once();
    expect(await locks.queue('trading')).toMatchObject({ holder: { rollback: 'r-1', touched: true }, waiters: [] });
    expect(published).toEqual([expect.stringMatching(/^r-1 of phase 1: The fleet is now kept for this rollback/)]);
    expect((await opened.events()).map(({ type }) => type)).toContain('Fleet kept');
  });

  test('without a record is reported to people, and stays', async () => {
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    await opened.deps.locks.take('trading', { rollback: 'r-9', execution_arn: 'arn:r-9', phase: 2 }, '');
    status = 'FAILED';
    await once();
    expect(published).toEqual(['unknown of phase 2: Fleet trading is held by r-9, a rollback without a record.']);
    expect(await holder()).toBe('r-9');
  });
});

describe('a host that a rollback could not reach', () => {
  const host = (name: string, online: boolean): ManagedInstance => ({
    instance_id: `i-${name}`,
    name,
    online,
    agent_version: '',
  });
  beforeEach(async () => {
    for (const name of ['host-8', 'host-9'])
      await opened.deps.unreached.keep({
        phase: 1,
        instance_id: `i-${name}`,
        name,
        rollback: 'r-0',
        since: '2026-03-02T08:00:00.000Z',
        window_start: '2026-03-02T07:00:00Z',
        severity: 'CRITICAL',
      });
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
  });

  test('is rolled back by its phase when it is online again, with the severity of the rollback that missed it', async () => {
    managedInstances = [host('host-8', false), host('host-9', true)];
    await once();
    expect(started).toMatchObject([
      {
        phase: 1,
        event: {
          only_hosts: ['host-9'],
          severity: 'CRITICAL',
          operator: 'reconcile',
          reason: 'Can be reached again; rollback r-0 had to pass them by',
        },
      },
    ]);
  });

  test('is started under the same name each minute, so it is started once', async () => {
    managedInstances = [host('host-9', true)];
    await once();
    await once();
    expect(new Set(started.map(({ name }) => name)).size).toBe(1);
    expect(started[0]?.name).toMatch(/^phase-1-reconcile-returned-[0-9a-f]{16}$/);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['while it cannot be reached', async () => (managedInstances = [host('host-9', false)])],
    ['while its phase has a live rollback', () => opened.deps.claims.claimPhase(1, claim)],
    ['while the fleet is held', () => opened.deps.locks.take('trading', { ...claim, phase: 2 }, '')],
  ])('is left alone %s', async (_, change) => {
    managedInstances = [host('host-9', true)];
    await change();
    await once();
    expect(started).toEqual([]);
  });

  const paused = {
    pause: { operator: 'ana', reason: 'audit', at: '2026-03-02T08:00:00.000Z' },
    armed_at: null,
    blocks: [],
  };
  test('waits while automation of its phase is paused', async () => {
    managedInstances = [host('host-9', true)];
    await once({ brakes: async () => paused });
    expect(started).toEqual([]);
    await once();
    expect(started).toHaveLength(1);
  });

  test.each([
    ['waits while the version to restore is blocked', 'pre-phase1', 0],
    ['is rolled back while another version is blocked', 'v1.3.0', 1],
  ])('%s', async (_, version, starts) => {
    managedInstances = [host('host-9', true)];
    const block = { ...paused.pause, version };
    await once({ brakes: async () => ({ ...paused, pause: null, blocks: [block] }) });
    expect(started).toHaveLength(starts);
  });

  test('waits, and the run fails, if the brakes cannot be read', async () => {
    managedInstances = [host('host-9', true)];
    await expect(once({ brakes: () => Promise.reject(new Error('no table')) })).rejects.toThrow('no table');
    expect(started).toEqual([]);
  });

  test('is forgotten once the phase was deployed again: the version to roll back is gone', async () => {
    managedInstances = [host('host-8', false), host('host-9', true)];
    newest = { version: 'v2', at: '2026-03-02T08:30:00.000Z' };
    await once();
    expect(started).toEqual([]);
    expect((await opened.deps.unreached.all()).map(({ name }) => name)).toEqual(['host-8']);
  });
});

describe('a host that an earlier rollback could not reach', () => {
  const owed = { phase: 1, instance_id: 'i-1', name: 'host-1', rollback: 'r-0', severity: 'HIGH' as const };
  const times = { since: '2026-03-02T08:00:00.000Z', window_start: '2026-03-02T07:00:00Z' };
  const listed = { instance_id: 'i-1', name: 'ip-10-0-0-1', online: true, agent_version: '' };
  beforeEach(async () => {
    await opened.deps.unreached.keep({ ...owed, ...times });
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
  });
  const names = async () => (await opened.deps.unreached.all()).map(({ name }) => name);

  test('is rolled back under its present name: a stopped one was known by its tag', async () => {
    managedInstances = [listed];
    await once();
    expect(started).toMatchObject([{ event: { only_hosts: ['ip-10-0-0-1'] } }]);
  });

  test('is forgotten once it has left the fleet: its instance was terminated', async () => {
    await once();
    expect([started, await names()]).toEqual([[], []]);
  });

  test('is not forgotten while EC2 does not respond', async () => {
    ec2Responds = false;
    await once();
    expect(await names()).toEqual(['host-1']);
  });
});

describe('the message of an ending', () => {
  const ended = { problem: 'host-2 failed', ending: 'Needs a person' } as const;
  const close = () => closeRollback({ ...opened.deps, now }, { rollback, fence: opened.fence, ...ended });

  test('is sent if the execution was stopped before it sent it', async () => {
    await close();
    status = 'ABORTED';
    await once();
    await once();
    expect(published).toEqual(['needs-a-person: host-2 failed']);
    expect(await unsentMessages()).toEqual([]);
  });

  test('is left to an execution that still runs', async () => {
    await close();
    await once();
    expect([published, await unsentMessages()]).toEqual([[], ['needs-a-person']]);
  });

  test('is not sent again if the execution sent it', async () => {
    await close();
    const page = { name: 'needs-a-person', template: 'SUBJECT: x\n\npage' };
    const publish = async (_: string, body: string) => `m-${published.push(body)}`;
    await sendMessage({ ...opened.deps, publish, now }, { rollback, message: page, values: {} });
    expect(await unsentMessages()).toEqual([]);
    await close(); // as Reconcile repeats a closing
    status = 'FAILED';
    await once();
    expect([published, await unsentMessages()]).toEqual([['page'], []]);
  });

  test('is sent for a rollback that ended without acting, too', async () => {
    await endWithoutActing({ ...opened.deps, now }, rollback, 'Fix forward');
    status = 'ABORTED';
    await once();
    expect(published).toEqual(['fix-forward: unknown']);
  });

  test('is dropped if the rollback ended otherwise: the first ending was written, but its response was lost', async () => {
    await close();
    const execution_arn = rollback.execution_arn;
    const since = '2026-03-02T09:11:00.000Z';
    await opened.deps.unsent.owe({ rollback: 'r-1', message: 'stood-down', execution_arn, since, values: {} });
    status = 'FAILED';
    await once();
    expect([published, await unsentMessages()]).toEqual([['needs-a-person: host-2 failed'], []]);
  });

  test('of a rollback that joined another one is owed to nobody', async () => {
    await endWithoutActing({ ...opened.deps, now }, rollback, 'Joined the active rollback');
    expect(await opened.deps.unsent.all()).toEqual([]);
  });
});

describe('the calls about a rollback that needs a person', () => {
  const contacts = { L1: 'desk', L2: 'ana', L3: 'bo', L4: 'chris' };
  const at = (minutes: number) => () => now() + minutes * 60_000;
  /** Runs Reconcile some minutes after the end. Returns the names of the calls and the news that it sent. */
  const callsAfter = async (minutes: number) => {
    const sent: string[] = [];
    const page = async (_: string, request: object, name: string) => {
      const [message, publish] = [{ name, template: 'SUBJECT: x\n\nx' }, async () => `m-${sent.push(name)}`];
      const sending = { ...opened.deps, publish, now: at(minutes) };
      await sendMessage(sending, { ...(request as Pick<SendRequest, 'rollback' | 'values'>), message });
    };
    const send = (sending: SendRequest) => sendMessage({ ...opened.deps, publish: async () => 'm', now }, sending);
    await resend({ ...resending(), contacts, now: at(minutes), page, send });
    return sent;
  };
  beforeEach(async () => {
    await touch();
    status = 'FAILED';
    await closeRollback(
      { ...opened.deps, now },
      { rollback, fence: opened.fence, problem: 'host-2 failed', ending: 'Needs a person' },
    );
  });
  const add = (type: 'Acknowledged' | 'Fleet released') =>
    opened.deps.history.append('r-1', {
      id: type,
      type,
      at: new Date(at(3)()).toISOString(),
      detail: { operator: 'ana', reason: 'looked at', by: 'arn:one', about: 'ending', number: 1 },
    });

  test('come a quarter of an hour apart for HIGH, each once', async () => {
    expect(await callsAfter(14)).toEqual([]);
    expect(await callsAfter(15)).toEqual(['call-L2-ending']);
    expect(await callsAfter(16)).toEqual([]);
    expect(await callsAfter(46)).toEqual(['call-L3-ending', 'call-L4-ending']);
    expect(await callsAfter(120)).toEqual([]);
  });

  test('stop with an acknowledgement, which people are told of once', async () => {
    await callsAfter(15);
    await add('Acknowledged');
    expect([await callsAfter(31), await callsAfter(50)]).toEqual([['acknowledged'], []]);
  });

  test('stop with the release, and nothing is owed then', async () => {
    await add('Fleet released');
    expect(await callsAfter(10)).toEqual(['released']);
    expect(await opened.deps.unsent.all()).toEqual([]);
  });

  test('end after a day', async () => {
    await callsAfter(24 * 60 + 1);
    expect(await opened.deps.unsent.all()).toEqual([]);
  });

  test('that SNS refused are dropped once somebody has heard the page', async () => {
    await opened.deps.unsent.keep({ rollback: 'r-1', message: 'call-L2-ending', template: 'x', values: {} });
    await add('Acknowledged');
    await callsAfter(4);
    expect(await unsentMessages()).toEqual([]);
  });
});

describe('a message that SNS did not accept', () => {
  const keep = (message: string) =>
    opened.deps.unsent.keep({ rollback: 'r-1', message, template: 'SUBJECT: x\n\nx', values: {} });
  const down = async () => Promise.reject(new Error('SNS is down'));
  const stillDown = () =>
    once({
      resend: () =>
        resend({
          ...resending(),
          send: (sending) => sendMessage({ ...opened.deps, publish: down, now }, sending),
        }),
    });

  test('is sent as soon as SNS accepts it', async () => {
    const sending = {
      rollback,
      message: { name: 'rollback-complete', template: 'SUBJECT: x\n\ncomplete' },
      values: {},
    };
    await expect(sendMessage({ ...opened.deps, publish: down, now }, sending)).rejects.toThrow('SNS is down');
    await once();
    expect(published).toEqual(['complete']);
    expect(await opened.deps.unsent.all()).toEqual([]);
    expect((await record()).messages).toMatchObject([{ message: 'rollback-complete', sent: true }]);
  });

  test('makes Reconcile fail while SNS refuses it, so that the alarm on Reconcile turns red', async () => {
    await keep('rollback-complete');
    await expect(stillDown()).rejects.toThrow('The message rollback-complete was not sent: SNS is down.');
    expect(await opened.deps.unsent.all()).toHaveLength(1);
  });

  test('that SNS always refuses does not hold up the messages behind it', async () => {
    for (const message of ['a-refused', 'b', 'c-refused', 'd']) await keep(message);
    const publish = async (_: string, body: string, { message }: Parameters<Publish>[2]) => {
      if (String(message).endsWith('refused')) throw new Error('Invalid parameter: Subject');
      return `m-${published.push(`${message}: ${body}`)}`;
    };
    const send = (sending: SendRequest) => sendMessage({ ...opened.deps, publish, now }, sending);
    await expect(once({ resend: () => resend({ ...resending(), send }) })).rejects.toThrow(
      /The message a-refused was not sent: .* The message c-refused was not sent: /,
    );
    expect(published).toEqual(['b: x', 'd: x']);
    expect(await unsentMessages()).toEqual(['a-refused', 'c-refused']);
  });

  test('is dropped if it announces a rollback that has ended', async () => {
    await keep('initial-alert');
    await closeRollback(
      { ...opened.deps, now },
      { rollback, fence: opened.fence, ending: 'Rolled back', problem: null },
    );
    await once();
    expect(published).toEqual([]);
    const left = await unsentMessages();
    expect(left).toEqual(['rollback-complete']); // its execution still runs
  });
});

describe('an action that fails', () => {
  const fail = async () => {
    throw new Error('no such machine');
  };

  test('does not stop the other actions', async () => {
    alarms = [red()];
    await opened.deps.claims.claimPhase(1, claim);
    status = 'ABORTED';
    await expect(once({ start: fail, writeLateHistory: fail })).rejects.toThrow('2 actions failed');
    expect(await record()).toMatchObject({ ending: 'Needs a person' });
  });

  test('is reported with its message', async () => {
    alarms = [red()];
    await expect(once({ start: fail })).rejects.toThrow('1 action failed: no such machine');
  });
});

test('the schedule may call it with any event', async () => {
  expect(await reconcileHandler({ ...deps(), rebuildStatistics: async () => {} })({} as never, {} as never)).toEqual({
    done: [],
  });
});

describe('an open review', () => {
  let one: Awaited<ReturnType<typeof automaticRollback>>;
  let sent: string[];
  beforeEach(async () => {
    one = await automaticRollback();
    await one.end();
    sent = [];
  });
  /** Runs Reconcile once, at this hour after the end of the rollback; its review is due after 72. */
  const reconcileAt = (hours: number, changes: Partial<ReconcileDeps> = {}) => {
    const at = () => Date.parse('2026-03-02T09:10:00.000Z') + hours * 3_600_000;
    const publish = async (_: string, body: string, { message }: { readonly message: string }) =>
      `m-${sent.push(`${message}: ${body}`)}`;
    const template = 'SUBJECT: Review\n\n[standing] [percent] % until [deadline]. [called]';
    return once({
      ...one.deps,
      phases: [1],
      now: at,
      page: (of, request, name = of) =>
        sendMessage({ ...one.deps, publish: publish as Publish, now: at }, { ...request, message: { name, template } }),
      ...changes,
    });
  };

  test('reminds at half and at 80 % of the time, and says when it is overdue', async () => {
    for (const hours of [0, 35.9, 36, 36.1, 57.6, 58, 72, 72.1, 80]) await reconcileAt(hours);
    expect(sent).toEqual([
      `review-50: Nobody has reviewed this automatic rollback. 50 % until ${DUE}. L2 Technical Lead: nobody is named (contacts.L2 in the environment file)`,
      expect.stringMatching(/^review-80: .* 80 % until .*L3 /),
      expect.stringMatching(/^review-overdue: .* 100 % until .*L4 /),
    ]);
    expect((await one.record()).messages.map(({ message }) => message)).toEqual([
      'review-50',
      'review-80',
      'review-overdue',
    ]);
  });

  test('is counted every minute while it is overdue, also after weeks', async () => {
    for (const hours of [71.9, 72.1, 72.2, 900]) await reconcileAt(hours);
    expect(overdueCount).toBe(3);
  });

  test('reads the history only if somebody must be told', async () => {
    await reconcileAt(36);
    const before = one.tables.requests.length;
    const events = () => Promise.reject(new Error('read the history'));
    await reconcileAt(36.1, { history: { ...one.deps.history, events } });
    expect(one.tables.requests.length - before).toBeLessThan(8);
  });

  test('that cannot be sent is tried again a minute later', async () => {
    const page = async () => Promise.reject(new Error('SNS is down'));
    await expect(reconcileAt(36, { page })).rejects.toThrow('SNS is down');
    await reconcileAt(36.1);
    expect(sent).toHaveLength(1);
  });

  test('that was given, but whose item stayed, is told to nobody and forgotten', async () => {
    const close = async () => Promise.reject(new Error('killed'));
    const input = { rollback: 'r-1', operator: 'bo', verdict: 'right', reason: 'x' };
    const reviews = { ...one.deps.reviews, close };
    await reviewTheRollback({ ...one.deps, reviews }, { execution: { id: 'arn:review:1', input } });
    await reconcileAt(73);
    expect([sent, overdueCount, await one.openReviews()]).toEqual([[], 0, []]);
  });

  test('that did not count reminds again, under a new name', async () => {
    await reconcileAt(36);
    await one.deps.history.append(
      'r-1',
      {
        id: 'reviewed/1',
        type: 'Reviewed',
        at: '',
        detail: { verdict: 'right', operator: 'bo', reason: 'x', by: 'arn:b' },
      },
      { id: 'verified/1', type: 'Principal verified', at: '', detail: { by: 'arn:b', principal: 'user/ana' } },
      { id: 'verified/2', type: 'Principal verified', at: '', detail: { by: r1.execution_arn, principal: 'user/ana' } },
    );
    await reconcileAt(58);
    expect(sent[1]).toMatch(/^review-80-2: The review by bo does not count, because user\/ana started the rollback/);
  });
});

describe('called by a person with a month to rebuild, the handler', () => {
  const call = async (event: object) => {
    const rebuilt: string[] = [];
    const rebuildStatistics = async (month: string) => void rebuilt.push(month);
    await reconcileHandler({ ...deps(), rebuildStatistics })(event as never, {} as never);
    return rebuilt;
  };

  test('begins to rebuild its statistics, and does the rest of its work', async () => {
    alarms = [red()];
    expect(await call({ rebuild_statistics: '2026-11' })).toEqual(['2026-11']);
    expect(started).toHaveLength(1);
  });

  test.each([['2026-13'], ['november'], [11], [null]])('refuses %j as a month, and does nothing', async (month) => {
    alarms = [red()];
    await expect(call({ rebuild_statistics: month })).rejects.toThrow(
      `rebuild_statistics must be a month such as 2026-11; found ${JSON.stringify(month)}. Nothing was done.`,
    );
    expect(started).toEqual([]);
  });
});

test('a verified deployment on every host puts right what a released rollback left half done', async () => {
  const { locks } = opened.deps;
  const half = { rollback: 'r-9', execution_arn: 'arn:r-9', left: [1], only_hosts: null };
  await locks.keepHalf('trading', { ...half, released_by: 'ana', released_at: '2026-03-02T08:00:00.000Z' });
  const version = { version: 'v2', at: '2026-03-02T08:10:00.000Z', watched: { verified: true, why: 'no red' } };
  const base = deps();
  const deployments = { ...base.deployments, recent: async () => [version] };
  const compared_at = '2026-03-02T09:00:00.000Z';
  const truth = (state: 'agree' | 'differ') => async () => ({ ...noTruth, state, compared_at });
  await reconcileOnce({ ...base, deployments, truth: truth('differ') });
  expect((await locks.queue('trading')).half).toHaveLength(1);
  await reconcileOnce({ ...base, deployments, truth: truth('agree') });
  expect((await locks.queue('trading')).half).toEqual([]);
});
