import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { versionLookId } from '../../../domain/infra/runbook-steps.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { anOpening, document, event, host, opening } from '../an-opening.ts';
import { policy } from '../deciding-stores.ts';
import { says } from '../scripted-hosts.ts';

// v1.5.0 was prepared and deployed ten minutes before the start. It replaced v1.4.0, whose watch window passed without red.

const commit = 'a'.repeat(40);
const tag = 'rollback/phase-1/before-v1.5.0';
const prepared = { state: 'prepared', tag, commit, prepared_at: '2026-03-02T08:40:00.000Z' } as const;
const target = { phase: 1, version: 'pre-phase1-stable', by: ['restore'] };
const report = {
  version: 'v1.5.0',
  candidate: commit,
  runs: [],
  target_is: [],
  candidate_is: [],
  unknown: [],
  flags: { data_source: 'databento' },
};
const command = {
  ...{ id: versionLookId, name: 'Look at versions', document: 'rollback-test-clear', timeout_seconds: 10 },
  ...{ attempt_seconds: 15, parameters: { Step: versionLookId, Target: target.version } },
};
const pair = { version: 'v1.2.9', flag: 'data_source', value: 'barchart', reason: 'it trades twice' };
const steps = [
  { name: 'Flip', restores: false, flags: { data_source: 'barchart' } },
  { name: 'Restore', restores: true },
];
const withTarget = {
  policy: { ...policy, targets: [target] },
  looks: [{ phase: 1, also_undone: [2], command, paths: ['.'], steps }],
};
const withPair = {
  policy: { ...withTarget.policy, forbidden: ['A host could run v1.2.9, says the file.'] },
  looks: [{ ...withTarget.looks[0], phase: 1, also_undone: [2], command, forbidden: [pair] }],
};

let one: Awaited<ReturnType<typeof anOpening>>;
beforeEach(async () => {
  one = await anOpening();
  await one.stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-01T08:50:00.000Z' });
  await one.stores.marks.mark(1, '2026-03-01T08:50:00.000Z', { watched: { verified: true, why: 'green' } });
});

const deployed = (more: object = { prepared }) =>
  one.stores.deployments.record(1, { version: 'v1.5.0', at: '2026-03-02T08:50:00.000Z', ...more });
const reporting = (of: (host: string) => object = () => ({})) =>
  one.scripted.reactWith((name, { Parameters = {} }) => ({
    stdout: says('done', Parameters, { report: { ...report, ...of(name) } }),
  }));
const targets = async () => (await one.stores.scopes.read('r-1'))?.targets;
const why = async () => (recordOf(await one.events()).targets ?? []).map((chosen) => chosen.why);

describe('the target', () => {
  test('is the replaced version, at its registered commit, which every host is asked for', async () => {
    await deployed();
    reporting();
    await one.open(withTarget);
    expect(await targets()).toEqual([
      { ...target, version: tag, deployed_as: 'v1.4.0', commit, why: expect.any(String) },
    ]);
    expect(await one.stores.scopes.read('r-1')).toMatchObject({ target_commit: commit });
    expect(one.scripted.sent.map(({ Parameters }) => Parameters?.['Candidate'])).toEqual([[tag]]);
    expect(await why()).toEqual([expect.stringContaining('Target: v1.4.0, which v1.5.0 replaced')]);
    expect(await one.types()).toEqual([
      ...['Rollback opened', 'Versions looked at', 'Decided', 'Hosts frozen', 'Target frozen', 'Fleet taken'],
    ]);
  });

  test.each([
    ['the deployment was not prepared', {}, 'was deployed without a preparation'],
    ['its preparation was not complete', { prepared: { ...prepared, state: 'preparing' } }, 'was not complete'],
  ])("is the runbook's tag if %s, and no host is asked", async (_, more, because) => {
    await deployed(more);
    await one.open(withTarget);
    expect(await targets()).toMatchObject([target]);
    expect(await why()).toEqual([expect.stringContaining(because)]);
    expect(one.scripted.sent).toEqual([]);
    expect(await one.types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen', 'Fleet taken']);
  });

  test("is the runbook's tag if the replaced version is blocked, by the name under which it was deployed", async () => {
    await deployed();
    const block = { phase: 1, version: 'v1.4.0', operator: 'ana', reason: 'x', at: '2026-03-02T08:55:00.000Z' };
    await brakesIn(one.tables.db, 'state').set('block', block);
    expect((await one.open(withTarget)).decision).toBe('act');
    expect(await targets()).toMatchObject([target]);
    expect(one.scripted.sent).toEqual([]);
  });

  test.each([
    ['names another commit on one host', { candidate: 'b'.repeat(40) }, 'on host-2 the tag'],
    ['does not exist on one host', { candidate: null }, `there is no tag ${tag} on host-2`],
    ['cannot be read from a report', { candidate: 7 }, 'host-2 did not report its tags'],
  ])("is the runbook's tag if the tag %s, and the record names the host", async (_, other, because) => {
    await deployed();
    reporting((name) => (name === 'i-2' ? other : {}));
    await one.open(withTarget);
    expect(await targets()).toMatchObject([target]);
    expect((await one.stores.scopes.read('r-1'))?.target_commit).toBeUndefined();
    expect(await why()).toEqual([expect.stringContaining(because)]);
  });

  test("is the runbook's tag if every host runs the registered commit: it was prepared after its code was there", async () => {
    await deployed();
    reporting(() => ({ commit }));
    await one.open(withTarget);
    expect(await targets()).toMatchObject([target]);
    expect(await why()).toEqual([expect.stringContaining('to restore it would undo nothing')]);
  });

  test('stays the replaced version if an earlier rollback of the deployment restored it on every host', async () => {
    await deployed();
    const rolled_back = { rollback: 'r-0', at: '2026-03-02T08:55:00.000Z' };
    await one.stores.marks.mark(1, '2026-03-02T08:50:00.000Z', { rolled_back });
    reporting(() => ({ commit }));
    await one.open(withTarget);
    expect(await targets()).toMatchObject([{ version: tag }]);
  });

  test("is the runbook's tag if a host does not report in 15 s", async () => {
    await deployed();
    one.scripted.reactWith((name, { Parameters = {} }) =>
      name === 'i-2' ? { after: Number.POSITIVE_INFINITY } : { stdout: says('done', Parameters, { report }) },
    );
    await one.open(withTarget);
    expect(await why()).toEqual([expect.stringContaining('host-2 did not report its tags (no report in 15 s)')]);
    expect(one.scripted.cancelled).toEqual(['command-1']);
  });

  test("is the runbook's tag if no command can be sent, and the rollback opens all the same", async () => {
    await deployed();
    one.scripted.failingWith('AccessDeniedException', 'AccessDeniedException');
    expect((await one.open(withTarget)).decision).toBe('act');
    expect(await targets()).toMatchObject([target]);
  });

  test("is the runbook's tag if another phase whose code it has is not verified, and no host is asked", async () => {
    await deployed();
    await one.stores.deployments.record(2, { version: 'v2.1', at: '2026-03-02T08:30:00.000Z' });
    await one.open(withTarget);
    expect(await why()).toEqual([expect.stringContaining('phase 2 too, of which v2.1 is not verified')]);
    expect(one.scripted.sent).toEqual([]);
    expect(recordOf(await one.events()).also_undone).toEqual([2, 3]);
  });

  test('keeps other phases whose verified version it has, and the record says which go back', async () => {
    await deployed();
    reporting();
    await one.stores.deployments.record(2, { version: 'v2.1', at: '2026-03-01T08:30:00.000Z' });
    await one.stores.marks.mark(2, '2026-03-01T08:30:00.000Z', { watched: { verified: true, why: 'green' } });
    await one.open(withTarget);
    expect(await targets()).toMatchObject([{ version: tag }]);
    expect(recordOf(await one.events()).also_undone).toEqual([3]);
  });

  test('stays if the opening is repeated, whatever hosts and brakes are by then', async () => {
    await deployed();
    reporting();
    await one.open(withTarget);
    reporting(() => ({ candidate: null }));
    await one.open(withTarget);
    expect(await targets()).toMatchObject([{ version: tag }]);
    expect(one.scripted.sent).toHaveLength(1);
    expect((await one.types()).filter((type) => type === 'Versions looked at')).toHaveLength(1);
  });

  test('is that of the rollback which restored the other hosts, for a host that is owed it', async () => {
    await deployed();
    reporting(() => ({ candidate: null }));
    const owed = { phase: 1, rollback: 'r-0', since: '2026-03-02T08:58:00.000Z', severity: 'HIGH' } as const;
    await one.stores.unreached.keep({
      ...host(2),
      ...owed,
      ...{
        window_start: '2026-03-02T08:50:00Z',
        target_commit: commit,
        target: { version: tag, deployed_as: 'v1.4.0' },
      },
    });
    await one.open({ ...withTarget, input: { only_hosts: ['host-2'] } });
    expect(await targets()).toMatchObject([{ version: tag, deployed_as: 'v1.4.0' }]);
    expect(await one.stores.scopes.read('r-1')).toMatchObject({ target_commit: commit });
    expect(await why()).toEqual(['Target: v1.4.0, to which rollback r-0 took the other hosts back.']);
  });

  test('of a plan is chosen in the same way', async () => {
    await deployed();
    reporting();
    await one.open({ ...withTarget, input: { mode: 'plan' } });
    expect(await targets()).toMatchObject([{ version: tag }]);
  });
});

describe('forbidden pairs', () => {
  const alarmed = { ...withPair, input: event() };
  beforeEach(() => deployed({}));

  test('ask a permit if one host reports the named version, although the others run another one', async () => {
    one.red = ['rollback-test-phase-1-data_corruption'];
    reporting((name) => (name === 'i-2' ? { runs: [0] } : {}));
    const { decision, question } = await one.open(alarmed);
    expect([decision, question?.kind]).toEqual(['ask', 'permit']);
    expect(question?.why).toEqual([
      "A host could run v1.2.9 with data_source barchart, which is forbidden (it trades twice): data_source is databento, then the flag's value barchart of Flip arrives. Hosts: host-2.",
    ]);
  });

  test('that no host can come to are no objection, although the files alone declare one', async () => {
    reporting();
    expect((await one.open(alarmed)).decision).toBe('act');
    expect((await one.stores.scopes.read('r-1'))?.forbidden).toEqual([]);
  });

  test('count as the files declare them if a host does not report', async () => {
    one.scripted.reactWith((name, { Parameters = {} }) =>
      name === 'i-2' ? { after: Number.POSITIVE_INFINITY } : { stdout: says('done', Parameters, { report }) },
    );
    const { question } = await one.open(alarmed);
    expect(question?.why).toEqual(['A host could run v1.2.9, says the file. Hosts: host-2.']);
  });

  test('count as the files declare them while another rollback holds the fleet', async () => {
    reporting();
    const holder = { rollback: 'r-9', execution_arn: 'arn:r-9', phase: 2, incident: 'r-9' };
    await one.stores.locks.take('trading', holder, '2026-03-02T08:59:00.000Z');
    expect((await one.open(alarmed)).question?.why).toEqual(['A host could run v1.2.9, says the file.']);
  });

  test("are not asked about for a person's own start, which acts", async () => {
    reporting((name) => (name === 'i-2' ? { runs: [0] } : {}));
    expect((await one.open(withPair)).decision).toBe('act');
    expect(one.scripted.sent).toEqual([]);
  });

  test('are found for a plan', async () => {
    reporting((name) => (name === 'i-2' ? { runs: [0] } : {}));
    await one.open({ ...withPair, input: { mode: 'plan' } });
    expect((await one.stores.scopes.read('r-1'))?.forbidden).toMatchObject([{ hosts: ['host-2'] }]);
  });
});

test('the document of the look is the reviewed one', () => {
  expect(opening.documents).toEqual([{ name: command.document, sha256: contentHash(document) }]);
});
