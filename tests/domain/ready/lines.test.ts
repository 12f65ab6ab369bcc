import { describe, expect, test } from 'vitest';
import type { FleetHost } from '../../../domain/host/inventory.ts';
import type { Preparation } from '../../../domain/prepare/preparation.ts';
import * as account from '../../../domain/ready/account-lines.ts';
import { type CheckedHost, type Expected, hostLines, leastSkew } from '../../../domain/ready/host-lines.ts';
import { linesAgain } from '../../../domain/ready/light.ts';
import { type LoadTest, loadLine } from '../../../domain/ready/load-line.ts';
import { ownVersion } from '../../../domain/ready/own-version.ts';
import {
  alarms,
  good,
  type Line,
  lineNames,
  notReadySentence,
  type Readiness,
} from '../../../domain/ready/readiness.ts';

const [here, there] = ['a'.repeat(40), 'b'.repeat(40)] as const;
const tag = 'rollback/phase-1/before-v1.5.0';
const at = '2026-03-02T09:00:00.000Z';
const now = Date.parse(at);
const report = {
  began: now / 1000 + 1,
  ended: now / 1000 + 2,
  version: 'v1.4.0',
  commit: here,
  tagged: here,
  target: here,
  lacks: {},
  manifest: 'm',
  backup: 'ok',
  databases: { count: 2, rows: 10 },
  configuration: 'ok',
  files: 3,
  free_bytes: 2 ** 30,
  needed_bytes: 2 ** 28,
  flags: {},
};
const host = (n: number, changes: object = {}): CheckedHost => ({
  instance_id: `i-${n}`,
  name: `host-${n}`,
  report: { ...report, ...changes },
  reason: null,
  sent: now,
  seen: now + 3000,
});
const preparedHost = (n: number) => ({ instance_id: `i-${n}`, name: `host-${n}`, manifest: 'm', configuration: 'c' });
const preparation: Preparation = {
  ...{ phase: 1, version: 'v1.5.0', state: 'prepared', tag, commit: here, begun_at: at, by: 'arn' },
  hosts: [1, 2].map(preparedHost),
};
const expected: Expected = {
  ...{
    phase: 1,
    version: 'v1.5.0',
    preparation,
    deployed: false,
    target: 'pre-phase1-stable',
    forbidden: [],
    steps: [],
  },
};
const lineOf = (id: Line['id'], hosts: readonly CheckedHost[], changes: Partial<Expected> = {}) =>
  hostLines(hosts, { ...expected, ...changes }).find((line) => line.id === id);

test('hosts that are right answer every line with evidence', () => {
  const lines = hostLines([host(1), host(2)], expected);
  expect(lines.filter(({ ready }) => !ready)).toEqual([]);
  expect(lines.every(({ evidence }) => evidence !== '')).toBe(true);
});

describe.each<[Line['id'], string, object, string]>([
  ['tag', 'has no tag', { tagged: null }, `there is no tag ${tag}`],
  ['tag', 'has a tag of another commit', { tagged: there }, `${tag} names bbbbbbbbbbbb, expected aaaaaaaaaaaa`],
  ['tag', 'runs other code', { commit: there }, 'it runs bbbbbbbbbbbb, expected aaaaaaaaaaaa as prepared'],
  ['backup', 'has a cut copy', { backup: 'a.db: its copy has 1 bytes' }, 'a.db: its copy has 1 bytes'],
  ['backup', 'has no manifest', { manifest: null }, 'its copies have no manifest: they are missing, or not complete'],
  ['configuration', 'has a missing file', { configuration: 'c: its copy is missing' }, 'c: its copy is missing'],
  ['clocks', 'is two minutes ahead', { ended: now / 1000 + 123 }, 'its clock is at least 120 s ahead'],
  ['clocks', 'is two minutes behind', { began: now / 1000 - 119 }, 'its clock is at least 119 s behind'],
  ['disk', 'has little room', { free_bytes: 2 ** 20 }, '1 MB free for the quarantine, 256 MB needed'],
  ['tag', 'lacks an object', { lacks: { tagged: 'The repository lacks 1 files' } }, 'The repository lacks 1 files'],
  ['target', 'lacks an object', { lacks: { target: 'The repository lacks 1 files' } }, 'The repository lacks 1 files'],
  ['target', 'has no target', { target: null }, 'there is no tag pre-phase1-stable'],
  [
    'target',
    'has another target',
    { target: there },
    'pre-phase1-stable names bbbbbbbbbbbb, expected aaaaaaaaaaaa as on most hosts',
  ],
])('the line %s, if a host %s', (id, _, changes, found) => {
  test('is not ready, and names the host, what was found, and what to do', () => {
    const line = lineOf(id, [host(1), host(2), host(3, changes)], {
      preparation: { ...preparation, hosts: [...preparation.hosts, preparedHost(3)] },
    });
    expect(line).toMatchObject({ ready: false, hosts: [{ name: 'host-3', found }] });
    expect(line?.todo).toBeTruthy();
  });
});

test('a host that did not report is not ready in any line', () => {
  const silent: CheckedHost = { ...host(2), report: null, reason: 'no report in 900 s' };
  const lines = hostLines([host(1), silent], { ...expected, forbidden: [pair] });
  expect(lines.map(({ id, ready }) => [id, ready])).toEqual(lines.map(({ id }) => [id, false]));
  expect(lines[0]?.hosts).toEqual([{ name: 'host-2', found: 'not checked: no report in 900 s' }]);
});

test('after the deployment a host that missed it is named, and the others run the new version', () => {
  const hosts = [host(1, { commit: there }), host(2, { commit: there }), host(3)];
  const all = { ...preparation, hosts: [1, 2, 3].map(preparedHost) };
  expect(lineOf('tag', hosts, { preparation: all, deployed: true })?.hosts).toEqual([
    {
      name: 'host-3',
      found: 'it still runs aaaaaaaaaaaa, which was prepared as the version before v1.5.0: v1.5.0 never arrived there',
    },
  ]);
  expect(
    lineOf('tag', [host(1, { commit: there }), host(2), host(3)], { preparation: all, deployed: true }),
  ).toMatchObject({
    hosts: [{ name: 'host-2' }, { name: 'host-3' }],
    todo: expect.stringContaining('Bring that host to bbbbbbbbbbbb'),
  });
  expect(lineOf('tag', hosts.slice(0, 2), { deployed: true })?.ready).toBe(true);
});

test('while the canary group alone has the version, another host that has it is named, and is to go back to what was prepared', () => {
  const all = { ...preparation, hosts: [1, 2, 3].map(preparedHost) };
  const hosts = [host(1, { commit: there }), host(2, { commit: there }), host(3)];
  const line = lineOf('tag', hosts, { preparation: all, deployed: true, canary: ['host-1'] });
  expect(line?.hosts).toEqual([
    {
      name: 'host-2',
      found: 'it runs bbbbbbbbbbbb, the commit of the canary group, which is to be on no other host yet',
    },
  ]);
  expect(line?.todo).toContain(
    'Bring the canary group (host-1) to bbbbbbbbbbbb and every other host to aaaaaaaaaaaa, delete a wrong tag there, then check again.',
  );
});

describe('a deployment on record that reached no host', () => {
  const hosts = [host(1), host(2)];
  test('is not ready, and says what to do if it changes no code', () => {
    expect(lineOf('tag', hosts, { deployed: true })).toMatchObject({
      hosts: [{ name: 'host-1' }, { name: 'host-2' }],
      todo: expect.stringContaining('Deploy v1.5.0 there, then check again. If v1.5.0 changes no code, tag'),
    });
  });

  test.each<[string, readonly CheckedHost[], Partial<Expected>]>([
    ['a rollback has taken it back since', hosts, { taken_back: true }],
    ['a rollback of the phase restores no code', hosts, { target: null }],
    ['the tag of the version names that commit', [1, 2].map((n) => host(n, { version: 'v1.5.0' })), {}],
  ])('is ready if %s', (_, all, changes) => {
    expect(lineOf('tag', all, { deployed: true, ...changes })?.ready).toBe(true);
  });
});

test('a host that joined after the preparation has neither tag nor copies', () => {
  const found = 'it was not in the fleet when the version was prepared';
  for (const id of ['tag', 'backup', 'configuration'] as const)
    expect(lineOf(id, [host(1), host(2), host(9)])?.hosts).toEqual([{ name: 'host-9', found }]);
});

test('a fleet without hosts is not ready', () => {
  expect(lineOf('clocks', [])).toMatchObject({ ready: false, evidence: 'The fleet has no host' });
});

test.each([
  ['no version', { version: null, preparation: undefined }, 'No version was prepared yet'],
  ['no preparation', { preparation: undefined }, 'v1.5.0 was not prepared'],
  [
    'half a preparation',
    { preparation: { ...preparation, state: 'preparing' } },
    'The preparation of v1.5.0 is not complete',
  ],
] as const)('with %s there is no tag and no backup', (_, changes, evidence) => {
  for (const id of ['tag', 'backup', 'configuration'] as const)
    expect(lineOf(id, [host(1)], changes as Partial<Expected>)).toMatchObject({ ready: false, evidence });
});

const pair = { version: 'target', flag: 'fast', value: true, reason: 'old code reads it otherwise' };

test('a forbidden pair that a host could reach from its flags is named', () => {
  const steps = [{ name: 'Restore previous version', restores: true }];
  expect(lineOf('pairs', [host(1, { flags: { fast: true } })], { forbidden: [pair], steps })).toMatchObject({
    ready: false,
    hosts: [{ name: 'host-1', found: expect.stringContaining('A host could run the target version with fast true') }],
  });
  expect(lineOf('pairs', [host(1, { flags: { fast: false } })], { forbidden: [pair], steps })?.ready).toBe(true);
});

test('a slow delivery hides a small skew and makes none up', () => {
  expect(leastSkew({ ...host(1), seen: now + 60_000 })).toBe(0);
});

describe('the account', () => {
  const ask = { phase: 1, documents: 'd', days: 30, now };
  test.each([
    [undefined, false, 'No drill of this phase has passed'],
    [{ rollback: 'r', at, documents: 'd' }, true, `Drill r passed at ${at} with these scripts`],
    [{ rollback: 'r', at, documents: 'e' }, false, `Drill r passed at ${at}, but scripts have changed since`],
    [
      { rollback: 'r', at: '2026-01-01T00:00:00.000Z', documents: 'd' },
      false,
      'Drill r passed at 2026-01-01T00:00:00.000Z, which is more than 30 days ago',
    ],
  ])('with the drill %j is ready: %s', (drill, ready, evidence) => {
    expect(account.drillLine({ drill, held: [] }, ask)).toMatchObject({ ready, evidence });
  });

  test.each([
    ['failed, although an older one passed', 'Drill failed', '2026-03-02T09:30:00.000Z', false],
    ['passed, although an older one failed', 'Drill failed', '2026-03-02T08:30:00.000Z', true],
  ] as const)('the newest drill of the phase counts: it %s', (_, ending, failedAt, ready) => {
    const drill = { rollback: 'r', at, documents: 'd' };
    const one = { phase: 1, rollback: 'r', at, ending: 'Drill passed' as const, problem: null };
    const failed = { phase: 1, rollback: 'f', at: failedAt, ending, problem: 'host-2: no object' };
    const line = account.drillLine({ drill, held: [one, failed, { ...failed, phase: 2, at: '2026-03-03' }] }, ask);
    expect(line.ready).toBe(ready);
    if (!ready) expect(line.evidence).toContain('f, failed at 2026-03-02T09:30:00.000Z: host-2: no object');
  });

  const contacts = { L1: 'a', L2: 'b', L3: 'c', L4: 'd' };
  const confirmed = { operator: 'ana', at, contacts: 'h', by: 'arn' };
  const subscriptions = [{ protocol: 'email', endpoint: 'ana@example.com', confirmed: true }];
  const right = { subscriptions, contacts, hash: 'h', confirmed, days: 90, now };
  test.each([
    [{}, true, 'ana confirmed them at'],
    [{ subscriptions: [] }, false, 'Nobody is subscribed'],
    [
      { subscriptions: [...subscriptions, { protocol: 'sms', endpoint: '+44', confirmed: false }] },
      false,
      'Not confirmed: the subscription of +44 (sms)',
    ],
    [{ contacts: { L1: 'a', L2: 'b' } }, false, 'Nobody is named for L3, L4'],
    [{ confirmed: undefined }, false, 'Nobody has confirmed the contacts yet'],
    [{ hash: 'other' }, false, 'they have changed since'],
    [{ now: now + 91 * 24 * 3600_000 }, false, 'more than 90 days ago'],
  ])('with the contacts %j is ready: %s', (changes, ready, evidence) => {
    const line = account.contactsLine({ ...right, ...changes });
    expect(line).toMatchObject({ ready, evidence: expect.stringContaining(evidence) });
    expect(line.todo === null).toBe(ready);
  });

  test('with a changed or missing machine is not ready', () => {
    expect(account.machinesLine({ look: 'x' }, { look: 'x' }).ready).toBe(true);
    expect(account.machinesLine({ look: 'x', decide: 'y' }, { look: 'z', decide: null })).toMatchObject({
      ready: false,
      evidence: 'Not as reviewed: look, decide',
    });
  });

  const fleetHost = (changes: Partial<FleetHost> = {}): FleetHost => ({
    ...{ instance_id: 'i-1', name: 'host-1', online: true, agent_version: '3.3.2746.0' },
    ...changes,
  });
  test('with a host that is away, or an agent that is too old, is not ready', () => {
    const line = account.agentsLine(
      [fleetHost(), fleetHost({ name: 'host-2', online: false }), fleetHost({ name: 'host-3', agent_version: '2.0' })],
      (version) => version === '2.0',
    );
    expect(line).toMatchObject({ ready: false, hosts: [{ name: 'host-2' }, { name: 'host-3' }] });
  });

  test('names a host that is missed still, because a rollback would end unverified without it', () => {
    const away = "it no longer carries the fleet's tag; it is missed until 2026-03-03T09:00Z";
    const line = account.agentsLine([fleetHost()], () => false, [fleetHost({ name: 'host-9', online: false, away })]);
    expect(line).toMatchObject({ ready: true, evidence: expect.stringContaining(`at best: host-9 (${away})`) });
  });

  test('with an alarm that is missing or has no data is not ready, and a red one has data', () => {
    expect(account.alarmsLine(['a'], {})).toMatchObject({ ready: false, evidence: 'There is no alarm a' });
    expect(account.alarmsLine(['a'], { a: 'INSUFFICIENT_DATA' })).toMatchObject({ ready: false });
    expect(account.alarmsLine(['a'], { a: 'ALARM' }).ready).toBe(true);
  });

  describe('with something that speaks against a deployment', () => {
    const brake = { operator: 'ana', reason: 'end of quarter', at: '2026-03-02T08:00:00.000Z' };
    const none = { freeze: null, pause: null, block: null };
    test.each([
      [
        'a freeze',
        { ...none, freeze: brake },
        [],
        'Deployment of every phase has been frozen since 2026-03-02T08:00:00.000Z by ana: end of quarter',
      ],
      [
        'a pause',
        { ...none, pause: brake },
        [],
        'Automation has been paused since 2026-03-02T08:00:00.000Z by ana: end of quarter',
      ],
      [
        'the version, if a rollback took it back,',
        { ...none, block: { ...brake, operator: null, rollback: 'r', version: 'v1.5.0', phase: 1 } },
        [],
        'Version v1.5.0 of phase 1 has been blocked since 2026-03-02T08:00:00.000Z by rollback r: end of quarter',
      ],
      ['a red alarm', none, ['a'], 'Red: a'],
    ])('%s is not ready', (_, brakes, red, evidence) => {
      expect(account.hindranceLine(brakes, red)).toMatchObject({ ready: false, evidence });
    });

    test('nothing of these is ready', () => {
      expect(account.hindranceLine(none, []).ready).toBe(true);
    });

    test('the alarm not-ready stays green: people know of it already', () => {
      expect(alarms({ lines: [account.hindranceLine(none, ['a'])] })).toBe(false);
    });
  });

  test('with a new account’s ten executions at once, or a store that is nearly full, is not ready', () => {
    const quotas = { unreserved: 900, codeBytes: 100, usedBytes: 10 };
    expect(account.quotasLine(quotas).ready).toBe(true);
    expect(account.quotasLine({ ...quotas, unreserved: 9 }).ready).toBe(false);
    expect(account.quotasLine({ ...quotas, usedBytes: 95 }).ready).toBe(false);
    expect(account.quotasLine({ ...quotas, usedBytes: null })).toMatchObject({
      ready: false,
      evidence: 'Lambda did not return how much code it stores',
    });
  });
});

describe('a light check', () => {
  const line = good('tag', 'e');
  const before = { ...({} as Readiness), phase: 1, version: 'v1.5.0', asked_at: at, asked: ['i-1'], lines: [line] };
  const fleet: FleetHost[] = [{ instance_id: 'i-1', name: 'host-1', online: true, agent_version: '' }];
  const tagAgain = (...given: Parameters<typeof linesAgain>) => linesAgain(...given).find(({ id }) => id === 'tag');

  test('uses what the hosts answered last', () => {
    expect(tagAgain(before, 'v1.5.0', fleet, now)).toBe(line);
  });

  test.each([
    ['were never asked', undefined, 'v1.5.0', now, 'The hosts were not asked yet'],
    [
      'were asked about another version',
      before,
      'v1.6.0',
      now,
      'The hosts were asked about v1.5.0, and not yet about v1.6.0',
    ],
    [
      'were asked too long ago',
      before,
      'v1.5.0',
      now + 27 * 3600_000,
      `The hosts were asked at ${at}, more than a day ago`,
    ],
  ])('is not ready if they %s', (_, last, version, instant, evidence) => {
    expect(tagAgain(last, version, fleet, instant)).toMatchObject({ ready: false, evidence });
  });

  test('is not ready if a host has joined since', () => {
    const joined = [...fleet, { instance_id: 'i-9', name: 'host-9', online: true, agent_version: '' }];
    expect(tagAgain(before, 'v1.5.0', joined, now)).toMatchObject({ ready: false, hosts: [{ name: 'host-9' }] });
  });
});

test.each([
  ['nothing', [], null, null],
  ['a deployment that was not prepared', [], { version: 'v1', at }, 'v1'],
  ['a preparation', [{ version: 'v2', begun_at: at }], null, 'v2'],
  ['a later preparation', [{ version: 'v2', begun_at: at }], { version: 'v1', at: '2026-03-01T00:00:00Z' }, 'v2'],
  [
    'a later deployment without one',
    [{ version: 'v2', begun_at: at }],
    { version: 'v3', at: '2026-03-03T00:00:00Z' },
    'v3',
  ],
  [
    'the later deployment of another one that was prepared before',
    [
      { version: 'v2', begun_at: '2026-03-01T00:00:00Z' },
      { version: 'v2/a', begun_at: at },
    ],
    { version: 'v2', at: '2026-03-03T00:00:00Z' },
    'v2',
  ],
  ['the deployment of it', [{ version: 'v2', begun_at: at }], { version: 'v2', at: '2026-03-03T00:00:00Z' }, 'v2'],
])('with %s the version that matters is found', (_, preparations, deployed, version) => {
  expect(ownVersion(preparations, deployed)).toBe(version);
});

const readiness = (lines: readonly Line[]): Readiness => ({
  ...{ phase: 1, version: 'v1.5.0', state: 'not ready', at, light: false, by: 'arn', lines },
  ...{ asked_at: at, report_id: 'r', asked: [] },
});

test('a rollback that runs turns no alarm red by itself', () => {
  const busy: Line = { ...good('fleet', 'e'), ready: false };
  expect(alarms(readiness([busy]))).toBe(false);
  expect(alarms(readiness([busy, { ...good('tag', 'e'), ready: false }]))).toBe(false);
  expect(alarms(readiness([good('fleet', 'e'), { ...good('tag', 'e'), ready: false }]))).toBe(true);
  expect(alarms(readiness([good('fleet', 'e'), good('tag', 'e')]))).toBe(false);
});

test('the cause of an execution names each line that is not ready, by phase', () => {
  expect(notReadySentence([readiness([{ ...good('tag', 'e'), ready: false }])])).toBe(
    `Not ready: phase 1 (v1.5.0): ${lineNames.tag}. What to do: npm run rollback -- status`,
  );
});

describe('the evidence for auto', () => {
  const oldest = '2025-12-01T00:00:00.000Z';
  test.each([
    ['is not needed', { needed: false, oldest: null }, true, 'No trigger needs evidence here'],
    ['is missing', { needed: true, oldest: null }, false, 'The product was deployed without evidence'],
    ['is young enough', { needed: true, oldest: at }, true, `The oldest part of the backtest and drills is of ${at}`],
    [
      'is too old',
      { needed: true, oldest },
      false,
      `The oldest part of the backtest and drills is of ${oldest}, which is more than 90 days ago`,
    ],
  ])('%s', (_, found, ready, evidence) => {
    expect(account.trustLine(found, 90, now)).toMatchObject({ id: 'trust', ready, evidence });
  });
});

describe('a load test', () => {
  const judged = { needed: true, phase: 4, days: 30, now };
  const passed: LoadTest = {
    ...{ phase: 4, passed: true, at, version: 'v1.5.0', hosts: { PASS: 8, FAIL: 0, INCONCLUSIVE: 0 }, by: 'arn' },
  };
  const failed: LoadTest = { ...passed, passed: false, hosts: { PASS: 6, FAIL: 1, INCONCLUSIVE: 1 } };
  test.each<[string, LoadTest | undefined, object, boolean, string]>([
    ['is no question without a script', undefined, { needed: false }, true, 'Not applicable: the environment names'],
    ['was never held', undefined, {}, false, 'No load test of this phase was held'],
    ['passed', passed, {}, true, `The load test of v1.5.0 passed on 8 hosts at ${at}`],
    ['is too old', passed, { now: now + 40 * 24 * 3600_000 }, false, 'more than 30 days ago'],
    ['failed', failed, {}, false, `did not pass at ${at}: FAIL on 1, no result of 1`],
  ])('%s', (_, found, more, ready, evidence) => {
    const line = loadLine(found, { ...judged, ...more });
    expect(line).toMatchObject({ id: 'load', ready, evidence: expect.stringContaining(evidence) });
    expect(line.todo === null).toBe(ready);
  });
});
