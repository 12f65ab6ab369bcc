import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { eventTypes } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import {
  actsAtOnce,
  chainOf,
  checkStarted,
  closed,
  closedForReview,
  confirmed,
  ended,
  frozen,
  opened,
  openedByAlarm,
  released,
  reviewed,
  type SampleEvent,
  sealed,
  started,
  taken,
  unconfirmed,
  verified,
} from '../history/sample-events.ts';
import { inPython } from './python.ts';

const alarm = (severity: string, more: object = {}): SampleEvent => [
  'Alarm joined',
  '01:10',
  { by: 'r-2', alarm: `a-${severity}`, trigger: 'manual', severity, changed_at: '2026-03-02T09:01:00.000Z', ...more },
];
const annotated = (detail: object): SampleEvent => [
  'Annotated',
  '50:00',
  { operator: 'ana', by: 'arn:note:1', ...detail },
];

/** Every kind of event, most with and without their optional fields. */
const pool: readonly SampleEvent[] = [
  frozen,
  [
    'Hosts frozen',
    '00:01',
    { hosts: 2, not_online: [], deployment: { version: 'v2', at: '2026-03-02T08:00:00.000Z' } },
  ],
  [
    'Hosts frozen',
    '00:01',
    {
      hosts: 2,
      not_online: [],
      also_undone: [3],
      targets: [{ phase: 1, version: 'rollback/x', deployed_as: 'v1', why: 'Target: v1.' }],
    },
  ],
  ['Versions looked at', '00:01', { hosts: 2, not_read: [], reports: {} }],
  ['Begins at step', '00:02', { begins_at: { step: 'clear', before: [], not_repeated: [] } }],
  ['Deployments held', '00:35', { hosts: 3, failing: 0, failed: [] }],
  ['Deployments not held', '00:35', { hosts: 3, failing: 1, failed: [{ host: 'host-1', reason: 'exit 1' }] }],
  ['Step passed over', '00:36', { step: 'restore', hosts: 3, version: 'v1', code_at_target: 3 }],
  ['Step passed over', '00:36', { step: 'stop', hosts: 3, done_before: 2, left_out: 1, by: ['r-0'] }],
  ['Hosts lost', '00:50', { step: 'clear', lost: 1, names: ['host-2'], reasons: ['left the fleet'] }],
  ['Decision passed over', '00:51', { item: 'DECISION#0001', sha256: 'x', says: 'no execution' }],
  taken,
  ['Alarm repeated', '00:30', { by: 'r-3' }],
  alarm('CRITICAL', { blind: true, deadline: '2026-03-02T09:16:00.000Z' }),
  alarm('HIGH'),
  alarm('LOW', { deadline: '2026-03-02T09:20:00.000Z' }),
  ['Alarm joined', '01:10', { by: 'r-2', alarm: null, severity: 'HIGH' }],
  [
    'Severity assessed',
    '00:01',
    { severity: 'MEDIUM', blind: false, reasoning: ['x'], deadline: '2026-03-02T13:00:00Z' },
  ],
  actsAtOnce,
  ['Question asked', '00:02', { number: 1, kind: 'confirm', why: ['w'], asked_at: 'a', deadline: 'd', phase: 1 }],
  ['Question asked', '00:40', { number: 2, kind: 'permit', why: [], asked_at: 'a', deadline: 'd' }],
  ['Answer given', '00:50', { number: 1, answer: 'rollback', operator: 'ana', reason: null, at: 'x', by: 'arn:d:1' }],
  ['Answer given', '00:51', { number: 2, answer: 'stand-down', operator: null, reason: 'no', at: 'x', by: 'arn:d:2' }],
  ['Question settled', '00:52', { number: 1, outcome: 'rollback', by: 'ana answered' }],
  verified('arn:d:1', 'arn:aws:iam::1:user/ana'),
  verified('arn:x:r-1', 'arn:aws:iam::1:user/bo'),
  verified('arn:review:1', 'arn:aws:iam::1:user/bo'),
  verified('arn:review:1', 'arn:aws:sts::1:assumed-role/x/cy'),
  verified('arn:note:1', 'arn:aws:iam::1:user/ana'),
  ['Hosts shut down', '04:00', { until: '2026-03-03T08:00:00.000Z' }],
  ['Limit at risk', '05:00', { says: 's' }],
  ['Limit missed', '15:01', {}],
  ['History caught up', '16:00', { late: 3 }],
  ['Message sent', '00:03', { message: 'initial-alert', subject: 's', body: 'b', message_id: 'm' }],
  ['Message not sent', '00:03', { message: 'initial-alert', why: 'down' }],
  ['Flags overridden', '00:09', { flags: { a: true }, before: { a: null } }],
  ['Flags overridden', '00:10', { flags: { a: 'x', b: false }, before: { a: true, b: 'y' } }],
  started(1, '00:20'),
  started(2, '00:40'),
  ended('Step failed', '00:30', 1),
  ['Step failed', '00:31', { step: 'clear-cache', hosts_done: 1, hosts: 3, not_sent: 2 }],
  ended('Step done', '00:50', 3),
  ['Execution stopped', '01:00', { step: 'clear-cache', hosts_done: 3, hosts: 3 }],
  ['Execution stopped', '01:00', { step: 'other' }],
  checkStarted,
  confirmed,
  unconfirmed,
  ['Recovery confirmed', '02:11', { checks: ['confirm-recovery'], version: 'v1', hosts_done: 3, impact_over: false }],
  ['Recovery not confirmed', '02:12', { checks: ['confirm-recovery'], good: { 'confirm-recovery': 3 }, hosts: 3 }],
  closed,
  closedForReview,
  ['Rollback closed', '07:33', { ending: 'Needs a person', problem: 'p', data_loss: true }],
  ['Rollback closed', '07:34', { ending: 'Rolled back', problem: null, deployed_during: [{ version: 'v2', at: 'x' }] }],
  released,
  annotated({ root_cause: 'leak', prevention_measures: ['alarm'], note: 'n', links: ['https://x.example'] }),
  annotated({ false_positive: false }),
  reviewed('bo'),
  reviewed('cy', 'arn:review:2'),
  ['Planned', '00:30', { plan: {} }],
  ['Drill held', '00:30', { ending: 'Drill passed', problem: null, slow: false, documents: '' }],
  ['Decided', '00:31', { decision: 'ask confirm', why: [] }],
  ['Waiting for the fleet', '00:31', { holder: 'r-0' }],
  ['Waiting for the fleet', '00:31', { holder: 'r-0', incident: 'r-0' }],
  ['Fleet taken', '00:32', { fence: 0 }],
  ['Fleet taken', '00:33', { fence: 3, incident: 'r-0' }],
  ['Target frozen', '00:33', { step: 'restore', version: 'v1', commit: 'a'.repeat(40), hosts: 3, not_read: [] }],
  ['Target not frozen', '00:33', { step: 'restore', version: 'v1', problem: 'The tag v1 names two commits.' }],
  [
    'Narrowed to ill hosts',
    '00:33',
    { hosts: 1, left_alone: 2, names: ['host-1'], only_hosts: ['host-1'], why: ['Only 1 of 3 hosts is ill.'] },
  ],
  ['Fleet lent', '00:34', { fence: 3, to: [{ rollback: 'r-2', phase: 4, severity: 'CRITICAL' }] }],
  ['Fleet kept', '29:00', { fleet: 'trading', fence: 4 }],
  ['Phases already done', '00:35', { phases: [4], by: ['r-0'] }],
  ['Hosts left out', '00:36', { step: 'clear', names: ['host-2'], operator: 'ana', reason: 'disk broken' }],
  ['Step skipped', '00:37', { step: 'clear', name: 'Clear', operator: null, reason: null }],
  ['Hosts already done', '00:35', { done: 1, names: ['host-1'], by: ['r-0'] }],
  ['Acknowledged', '00:41', { operator: 'ana', by: 'arn:a:1', about: 'question', number: 2 }],
  ['Acknowledged', '09:00', { operator: 'ana', by: 'arn:note:1', about: 'ending' }],
  ['Question settled', '00:53', { number: 2, outcome: 'nobody answered', by: 'its deadline' }],
  ['Follow-up begun', '10:00', { execution: 'arn:f:1', closed: '2026-03-02T09:07:33.000Z' }],
  ['Checked afterwards', '40:00', { hours: 0.5, state: 'healthy', says: [], next: 1 }],
  ['Task opened', '10:00', { number: 1, kind: 'root-cause', title: 't', owner: null, due: '2026-03-03T09:07:33.000Z' }],
  ['Task assigned', '11:00', { number: 1, owner: 'bo', operator: 'ana', by: 'arn:c:1' }],
  ['Task completed', '12:00', { number: 1, operator: 'bo', note: 'a leak', by: 'arn:c:2' }],
  ['Evidence collected', '41:00', { hours: 4, key: 'follow-up/r-1/evidence-4h-0.json', sha256: 'x', logs: [] }],
  ['Report drafted', '41:00', { report: 'interim', number: 1, key: 'follow-up/r-1/interim-1.md', sha256: 'x' }],
  ['Report accepted', '42:00', { report: 'interim', draft: 1, sha256: 'x', operator: 'bo', by: 'arn:c:3' }],
  ['Followed up', '50:00', {}],
  sealed,
];

const openings: readonly SampleEvent[] = [
  opened,
  openedByAlarm,
  ['Rollback opened', '00:00', { ...opened[2], phase: 3, phases: [4, 3] }],
  ['Rollback opened', '00:00', { ...opened[2], breaching_since: '2026-03-02T08:58:13.337Z', also_undone: [2, 3] }],
  [
    'Rollback opened',
    '00:00',
    { ...opened[2], deadline: 'd', only_hosts: ['host-1'], restores: { paths: ['.'], by: [] } },
  ],
];

test('every type of event is in the pool', () => {
  const types = [...pool, ...openings].map(([type]) => type);
  expect(new Set(types)).toEqual(new Set(eventTypes));
});

/** Returns the samples as chains, as they arrive from a file: without what is undefined. */
const chains = (samples: readonly SampleEvent[][]) =>
  JSON.parse(JSON.stringify(samples.map((one) => chainOf(...one)))) as ReturnType<typeof chainOf>[];

const projected = `
result = [{name: v.content_hash(one) for name, one in v.made_record(events).items()} for events in given]`;

/** A field that is undefined in a record reads as null from the table. */
const fieldHashes = (record: object) =>
  Object.fromEntries(Object.entries(record).map(([name, one]) => [name, contentHash(one ?? null)]));

test('verify.py makes the same record of any events as the product', () => {
  const history = fc.tuple(fc.constantFrom(...openings), fc.array(fc.constantFrom(...pool), { maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(history, { minLength: 150, maxLength: 200 }), (histories) => {
      const events = chains(histories.map(([opening, rest]) => [opening, ...rest]));
      const made = inPython<Record<string, string>[]>(projected, events);
      for (const [i, found] of made.entries()) {
        const record = fieldHashes(recordOf(events[i] ?? []));
        for (const name of Object.keys(record)) found[name] ??= contentHash(null);
        expect(found).toEqual(record);
      }
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 60_000);
