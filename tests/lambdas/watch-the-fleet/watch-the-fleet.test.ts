import { beforeEach, describe, expect, test } from 'vitest';
import type { TradingNow } from '../../../domain/history/trading-now.ts';
import type { Invocation } from '../../../domain/host/host-verdict.ts';
import type { TruthReport } from '../../../domain/truth/compare-hosts.ts';
import type { FileFindings } from '../../../domain/truth/file-findings.ts';
import { type FleetTruth, noTruth } from '../../../domain/truth/fleet-truth.ts';
import type { FleetHold } from '../../../lambdas/stores/fleet-truth.ts';
import { watchTheFleet } from '../../../lambdas/watch-the-fleet/watch-the-fleet.ts';

const report: TruthReport = {
  ...{ commit: 'a'.repeat(40), version: 'v2', has: [true], changed: 0, content: '', files: [], flags: {}, build: null },
  ...{ process: null, held: null, back: [], moved_by: null },
};
const old = { ...report, commit: 'b'.repeat(40), version: 'v1', has: [false] };
const command = {
  ...{ id: 'compare-fleet', name: 'Compare hosts', document: 'rollback-test-compare-fleet' },
  ...{ timeout_seconds: 30, attempt_seconds: 30, parameters: { Mode: 'plan' } },
};

let truth: FleetTruth;
let files: FileFindings | null;
let trading: TradingNow;
let hold: FleetHold;
let endedAt: string | null;
let reports: Record<string, TruthReport>;
let hosts: string[];
let sent: { readonly ids: readonly string[]; readonly id: string; readonly versions: string | undefined }[];
let told: string[];
let counted: number;
let minutes: number;
beforeEach(() => {
  truth = noTruth;
  files = null;
  trading = { halts: [], resumed_in_part: [], asked: [] };
  hold = { holder: null, fence: 4 };
  endedAt = null;
  reports = { 'i-1': report, 'i-2': report, 'i-3': report };
  hosts = ['i-1', 'i-2', 'i-3'];
  [sent, told, counted, minutes] = [[], [], 0, 0];
});

const invocation = (instance_id: string, rollback: string): Invocation => ({
  ...{ instance_id, command_id: 'c', status: 'Success', status_details: 'Success', response_code: 0, begun: true },
  stdout: JSON.stringify({ rollback, step: command.id, verdict: 'done', report: reports[instance_id] }),
});

/** One run, two minutes after the one before. */
async function run(more: Partial<Parameters<typeof watchTheFleet>[0]> = {}) {
  minutes += 2;
  return watchTheFleet({
    truths: {
      read: async () => truth,
      put: async (one) => {
        truth = one;
      },
    },
    files: async () => files,
    hold: async () => hold,
    endedAt: async () => endedAt,
    flagsWereMoving: async () => false,
    trading: async () => trading,
    inventory: async () => ({
      hosts: hosts.map((id) => ({ instance_id: id, name: id, online: true, agent_version: '3.3.2746.0' })),
      gone: [],
      complete: true,
    }),
    takenBack: async () => [],
    onRecord: async () => ({ expected: [{ phase: 1, version: 'v2', announced: false }], withdrawn: [] }),
    document: async () => ({ version: '1', hash: 'h' }),
    runCommand: {
      send: async ({ InstanceIds = [], Parameters = {} }) => {
        sent.push({
          ids: InstanceIds,
          id: Parameters['RollbackId']?.[0] ?? '',
          versions: Parameters['Versions']?.[0],
        });
        return `c-${sent.length}`;
      },
      invocations: async (id) => {
        const one = sent[Number(id.slice(2)) - 1];
        return (one?.ids ?? []).map((host) => invocation(host, one?.id ?? ''));
      },
    },
    command,
    fleet: 'trading',
    publish: async (subject, body) => {
      told.push(`${subject}\n${body}`);
      return 'm';
    },
    templates: {
      'host-differs': 'SUBJECT: differs [hosts]\nAUDIENCE: Operations\n\ndocs/runbook.md [differences]',
      'rollback-undone': 'SUBJECT: undone [hosts]\nAUDIENCE: Operations\n\n[differences]',
      'hosts-agree': 'SUBJECT: agree\nAUDIENCE: Operations\n\nyes',
    },
    runbook: 'https://wiki/runbook.md',
    environment: 'test',
    countDiffering: async () => {
      counted += 1;
    },
    now: () => Date.parse('2026-03-02T12:00:00Z') + minutes * 60_000,
    ...more,
  });
}

test('one run sends the look, with the versions on record, and the next reads it and sends another', async () => {
  expect(await run()).toMatchObject({ state: 'unknown' });
  expect(sent).toEqual([{ ids: hosts, id: 'truth_20260302T120200Z', versions: 'v2' }]);
  expect(await run()).toEqual({ state: 'agree', differing: 0, not_compared: null });
  expect([sent.length, told, counted]).toEqual([2, [], 0]);
});

test('a host that missed the deployment is named once; the alarm counts each run; the end is told', async () => {
  reports['i-2'] = old;
  for (let i = 0; i < 4; i++) await run();
  expect([told, counted]).toEqual([
    ['differs i-2\nhttps://wiki/runbook.md i-2: v2 of phase 1 is not there: it runs v1 (commit bbbbbbbbbbbb).'],
    3,
  ]);
  reports['i-2'] = report;
  for (let i = 0; i < 3; i++) await run();
  expect([told.slice(1), counted]).toEqual([['agree\nyes'], 3]);
});

describe('while a rollback holds the fleet', () => {
  test('nothing is sent, compared or told, and what was known stays known, also for the alarm', async () => {
    reports['i-2'] = old;
    for (let i = 0; i < 2; i++) await run();
    reports['i-3'] = old;
    hold = { holder: 'r-1', fence: 5 };
    const sentBefore = sent.length;
    for (let i = 0; i < 3; i++)
      expect(await run()).toEqual({ state: 'differ', differing: 1, not_compared: 'Rollback r-1 held the fleet.' });
    expect([sent.length - sentBefore, told.length, counted]).toEqual([0, 1, 4]);
  });

  test('although it stopped half an hour ago, the hosts are compared with each other, and what differs is told once', async () => {
    hold = { holder: 'r-1', fence: 5 };
    endedAt = '2026-03-02T11:40:00Z';
    for (let i = 0; i < 4; i++) expect(await run()).toMatchObject({ not_compared: 'Rollback r-1 held the fleet.' });
    for (let i = 0; i < 2; i++) await run();
    expect(await run()).toMatchObject({
      state: 'unknown',
      not_compared: expect.stringContaining('agreed with each other'),
    });
    expect([sent.at(-1)?.versions, told]).toEqual([undefined, []]);
    reports['i-2'] = { ...old, has: [] };
    for (let i = 0; i < 3; i++) expect(await run()).toMatchObject({ state: 'differ', differing: 1 });
    expect(told).toHaveLength(1);
    hold = { holder: null, fence: 5 };
    reports['i-2'] = report;
    for (let i = 0; i < 3; i++) await run();
    expect(told.slice(1)).toEqual(['agree\nyes']);
  });

  test('that began and ended between a look and its reading, the look counts for nothing', async () => {
    await run();
    reports['i-2'] = old;
    hold = { holder: null, fence: 5 };
    expect(await run()).toMatchObject({ state: 'unknown', not_compared: expect.stringContaining('took the fleet') });
    expect(await run()).toMatchObject({ state: 'differ' });
  });
});

test('a host that was replaced after the look was sent is not missed, and the new one is asked next', async () => {
  await run();
  hosts = ['i-1', 'i-2', 'i-4'];
  reports['i-4'] = report;
  expect(await run()).toMatchObject({ state: 'agree' });
  expect(sent.at(-1)?.ids).toEqual(hosts);
});

test('a deployment that was recorded after the look was sent is compared by the next one', async () => {
  await run();
  for (const id of hosts) reports[id] = { ...report, has: [] };
  await run({ onRecord: async () => ({ expected: [], withdrawn: [] }) });
  expect(sent.at(-1)).toMatchObject({ versions: undefined });
  expect(await run()).toMatchObject({ state: 'agree' });
});

test('hosts that all run a version whose record was withdrawn are named, although they agree', async () => {
  const one = { phase: 1, version: 'v2', operator: 'ana', at: '2026-03-02T12:01:00.000Z' };
  const onRecord = async () => ({ expected: [{ phase: 1, version: 'v1', announced: false }], withdrawn: [one] });
  await run({ onRecord });
  expect(await run({ onRecord })).toMatchObject({ state: 'differ', differing: 3 });
  expect(told.at(-1)).toContain('i-3: it runs v2, whose record in phase 1 ana withdrew at 2026-03-02T12:01:00.000Z');
});

test('three hundred hosts are asked by six commands', async () => {
  hosts = Array.from({ length: 300 }, (_, i) => `i-${i}`);
  for (const id of hosts) reports[id] = report;
  await run();
  expect(sent).toHaveLength(6);
  expect(await run()).toMatchObject({ state: 'agree' });
});

test('a look that cannot be sent fails the run, is shown as not compared, and no older look is read later', async () => {
  await run();
  const document = async () => ({ problem: 'Document x is not the reviewed one.' });
  await expect(run({ document })).rejects.toThrow('Document x is not the reviewed one. See docs/runbook.md');
  expect(truth).toMatchObject({ state: 'agree', look: null, not_compared: expect.stringContaining('Document x') });
});

test('flags are not compared while a deployment of them is on its way, and nobody asks for one while they are alike', async () => {
  const asked: number[] = [];
  const flagsWereMoving = async (at: number) => {
    asked.push(at);
    return true;
  };
  for (let i = 0; i < 2; i++) await run({ flagsWereMoving });
  expect(asked).toEqual([]);
  reports['i-2'] = { ...report, flags: { data_source: 'barchart' } };
  expect(await run({ flagsWereMoving })).toMatchObject({ state: 'agree' });
  expect(asked).toEqual([Date.parse('2026-03-02T12:04:00Z')]);
  expect(await run()).toMatchObject({ state: 'differ' });
});

test('a message that SNS refuses is told by the next run', async () => {
  reports['i-2'] = old;
  await run();
  const publish = async () => Promise.reject(new Error('throttled'));
  await expect(run({ publish })).rejects.toThrow('throttled');
  await run();
  expect(told).toHaveLength(1);
});

describe('a host that was away when trading was halted, and is back', () => {
  const halt = {
    ...{ operator: 'ana', reason: 'wrong prices', at: '2026-03-02T09:00:00.000Z', failed: false },
    ...{ hosts: 3, confirmed: 2, not_confirmed: ['i-2'], only: null },
  };
  const named =
    'differs i-2\nhttps://wiki/runbook.md i-2: it never confirmed the halt of 2026-03-02T09:00:00.000Z, so it may trade: halt again.';
  beforeEach(async () => {
    trading = { ...trading, halts: [halt] };
    for (let i = 0; i < 2; i++) await run();
  });

  test('is told, because it may trade alone', () => {
    expect([told, counted]).toEqual([[named], 1]);
  });

  test('is named still while the history cannot be read: that is no all-clear', async () => {
    const trading = () => Promise.reject(new Error('away'));
    for (let i = 0; i < 2; i++) await run({ trading });
    expect([told, counted]).toEqual([[named], 3]);
  });

  test('is named no more once it confirmed a later halt', async () => {
    trading = { ...trading, halts: [{ ...halt, confirmed: 3, not_confirmed: [] }] };
    await run();
    expect(told).toEqual([named, 'agree\nyes']);
  });
});

describe('a host on which a rollback still holds deployments', () => {
  const holding = {
    command: { ...command, id: 'hold-deployments', document: 'rollback-test-hold', parameters: { Mode: 'live' } },
    document: async () => ({ version: '2', hash: 'g' }),
  };

  test('is let go once no rollback holds the fleet, and is named if that did not help', async () => {
    await run({ holding });
    for (const host of hosts) reports[host] = { ...report, held: 'r-9' };
    await run({ holding });
    expect(sent.map(({ id }) => id).filter((id) => id === 'r-9')).toHaveLength(1);
    expect(told).toEqual([]);
    await run({ holding });
    expect(told[0]).toContain('deployments are still held there by rollback r-9, which is over');
  });

  test('is left alone, and not named, while the rollback that stopped there holds the fleet', async () => {
    endedAt = '2026-03-02T09:00:00Z';
    hold = { holder: 'r-9', fence: 4 };
    for (const host of hosts) reports[host] = { ...report, has: [], held: 'r-9' };
    for (let i = 0; i < 4; i++) await run({ holding });
    expect(sent.every(({ id }) => id.startsWith('truth_'))).toBe(true);
    expect(told).toEqual([]);
  });

  test('is left alone while a rollback holds the fleet, and if its note cannot be read', async () => {
    await run({ holding });
    for (const host of hosts) reports[host] = { ...report, held: 'a note that cannot be read' };
    await run({ holding });
    hold = { holder: 'r-9', fence: 4 };
    for (const host of hosts) reports[host] = { ...report, held: 'r-9' };
    await run({ holding });
    expect(sent.every(({ id }) => id.startsWith('truth_'))).toBe(true);
  });
});

test('a host whose files differ by content is named until all files are read again, or the host has other code', async () => {
  const what = '1 file differs from its commit (a.py) (all files were read at 2026-03-02T05:10:00Z)';
  const finding = { instance_id: 'i-2', name: 'i-2', what, key: 'i-2 in full', commit: report.commit };
  files = { fence: 4, read_at: '2026-03-02T05:10:00Z', findings: [finding] };
  await run();
  expect(await run()).toMatchObject({ state: 'differ', differing: 1 });
  expect(told.at(-1)).toContain('1 file differs from its commit (a.py) (all files were read');
  files = { ...files, findings: [{ ...finding, commit: 'c'.repeat(40) }] };
  expect(await run()).toMatchObject({ state: 'agree' });
  files = { ...files, fence: 3, findings: [finding] }; // a rollback has restored files since
  expect(await run()).toMatchObject({ state: 'agree' });
});
