import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { firstBreak } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { finishHalf } from '../../../lambdas/operations/finish-half.ts';
import { releaseTheFleet } from '../../../lambdas/release-the-fleet/release-the-fleet.ts';
import { openedRollback, rollback } from '../opened-rollback.ts';

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;
let status: string;
beforeEach(async () => {
  status = 'FAILED';
  opened = await openedRollback(3);
});

const now = () => Date.parse('2026-03-02T09:30:00.000Z');
const statusOf = async (arn: string) => (arn === rollback.execution_arn ? status : 'asked for another execution');
const release = (input: unknown, fleet = 'trading') =>
  releaseTheFleet({ ...opened.deps, statusOf, now }, { fleet, input, execution: { id: 'arn:release:x-1' } });
const ana = { operator: 'ana', reason: 'host-2 mended' };
const holder = async () => (await opened.deps.locks.holder('trading'))?.rollback;
const types = async () => (await opened.events()).map(({ type }) => type);

/** Ends the rollback as Needs a person; it keeps its fleet. */
async function kept() {
  await opened.deps.locks.touch('trading', 'r-1', opened.fence);
  const closing = {
    rollback,
    fence: opened.fence,
    ending: 'Needs a person',
    problem: 'disk full',
  } as const;
  await closeRollback({ ...opened.deps, now }, closing);
}

describe('a fleet that a rollback has kept', () => {
  beforeEach(kept);

  test('is free afterwards', async () => {
    expect(await release(ana)).toEqual({ fleet: 'trading', released: 'r-1', operator: 'ana', next: null });
    expect(await holder()).toBeUndefined();
  });

  test('has its release on record: when, by whom, why', async () => {
    await release({ ...ana, rollback: 'r-1' });
    const events = await opened.events();
    expect(recordOf(events)).toMatchObject({
      ending: 'Needs a person',
      fleet_released: { at: '2026-03-02T09:30:00.000Z', operator: 'ana', reason: 'host-2 mended' },
    });
    expect(firstBreak(events)).toBeUndefined();
  });

  test('has on record which execution released it, and the hash of the lock that it freed', async () => {
    const lock = await opened.deps.locks.holder('trading');
    await release(ana);
    expect((await opened.events()).find(({ type }) => type === 'Fleet released')?.detail).toMatchObject({
      by: 'arn:release:x-1',
      lock_sha256: contentHash(lock),
    });
  });

  test('is known to be half rolled back, until a rollback of its phase has ended well', async () => {
    await release(ana);
    const { locks, scopes } = opened.deps;
    expect((await locks.queue('trading')).half).toMatchObject([
      {
        ...{ rollback: 'r-1', execution_arn: rollback.execution_arn, left: [rollback.phase], only_hosts: null },
        ...{ released_by: 'ana', released_at: '2026-03-02T09:30:00.000Z' },
      },
    ]);
    const scope = await scopes.read('r-1');
    if (!scope) throw new Error('The rollback has no scope.');
    await finishHalf(locks, { phase: 9, fleet: 'trading' }, await locks.queue('trading'), scope);
    expect((await locks.queue('trading')).half).toHaveLength(1);
    await finishHalf(locks, rollback, await locks.queue('trading'), scope);
    expect((await locks.queue('trading')).half).toEqual([]);
  });

  test('has a history that is sealed again behind the release', async () => {
    await release(ana);
    const events = await opened.events();
    expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed', 'Fleet released', 'Sealed']);
    expect(events.at(-1)?.detail).toEqual({ count: 4, head: events[3]?.hash, ending: 'Needs a person' });
  });

  test('has its release on record once if a release died before freeing it', async () => {
    const free = async () => {
      throw new Error('killed');
    };
    const dying = { ...opened.deps, locks: { ...opened.deps.locks, free }, statusOf, now };
    await expect(
      releaseTheFleet(dying, { fleet: 'trading', input: ana, execution: { id: 'arn:release:x-1' } }),
    ).rejects.toThrow('killed');
    await release(ana);
    expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed', 'Fleet released', 'Sealed']);
  });
});

test.each([
  ['that waits', 'all', false],
  ['for which the fleet is kept', 'person', true],
] as const)('a release returns the next rollback: one %s', async (_, part, isKept) => {
  await kept();
  await opened.deps.locks.wait('trading', {
    ...{ rollback: 'r-2', execution_arn: 'arn:r-2', phase: 2, severity: 'HIGH', deployed: null, incident: 'r-1' },
    ...{ opened: '2026-03-02T09:20:00.000Z', until: '2026-03-02T10:20:00.000Z', part, touched: isKept, acted: [] },
  });
  expect(await release(ana)).toMatchObject({ next: { rollback: 'r-2', kept: isKept } });
});

test.each(['ABORTED', 'TIMED_OUT', 'SUCCEEDED'])('a fleet whose holder is %s is released', async (ended) => {
  status = ended;
  await release(ana);
  expect(await holder()).toBeUndefined();
  expect((await opened.events()).find(({ type }) => type === 'Fleet released')?.detail).toMatchObject({
    execution_status: ended,
  });
});

describe('a release is refused, and nothing changes', () => {
  const refused = async (input: unknown, message: string, fleet?: string) => {
    const before = await types();
    await expect(release(input, fleet)).rejects.toMatchObject({
      name: 'ReleaseRefused',
      message: expect.stringContaining(message),
    });
    expect(await holder()).toBe('r-1');
    expect(await types()).toEqual(before);
  };

  test('without operator and reason', () =>
    refused({}, 'A release needs an operator and a reason: {"operator": "ana", "reason": "host-2 repaired by hand"}'));

  test('while the holder still runs', () => {
    status = 'RUNNING';
    return refused(
      ana,
      'Rollback r-1 is still running and holds fleet trading. Stop its execution first, or let it end.',
    );
  });

  test('if another rollback than the named one holds the fleet', () =>
    refused({ ...ana, rollback: 'r-2' }, 'Fleet trading is held by rollback r-1, not by r-2. Look at r-1 first.'));

  test('if no rollback holds the fleet', () =>
    refused(ana, 'No rollback holds fleet research; there is nothing to release.', 'research'));
});

describe('a stopped rollback that is released before Reconcile has ended it', () => {
  test('has ended, so a redrive does nothing', async () => {
    status = 'ABORTED';
    await release(ana);
    expect(await opened.deps.endings.read('r-1')).toMatchObject({
      ending: 'Needs a person',
      problem: 'ana released the fleet (host-2 mended) after its execution ended ABORTED.',
    });
  });

  test('has the cause of the stop in its problem', async () => {
    status = 'ABORTED';
    const stopped = async () => ({ error: undefined, cause: 'ben: the wrong phase' });
    await releaseTheFleet(
      { ...opened.deps, seeExecutionEnd: stopped, statusOf, now },
      { fleet: 'trading', input: ana, execution: { id: 'arn:release:x-1' } },
    );
    expect(await opened.deps.endings.read('r-1')).toMatchObject({
      problem: 'ana released the fleet (host-2 mended) after its execution ended ABORTED: ben: the wrong phase',
    });
  });
});

test('a release after one that died is on record in the name of the person who freed the fleet', async () => {
  await kept();
  const free = async () => Promise.reject(new Error('killed'));
  const dying = { ...opened.deps, locks: { ...opened.deps.locks, free }, statusOf, now };
  const ben = { operator: 'ben', reason: 'x' };
  const first = releaseTheFleet(dying, { fleet: 'trading', input: ben, execution: { id: 'arn:release:x-0' } });
  await expect(first).rejects.toThrow('killed');
  await release(ana);
  expect(recordOf(await opened.events()).fleet_released).toMatchObject({ operator: 'ana' });
});

test('a release while the history cannot be read frees the fleet', async () => {
  await kept();
  const events = async () => Promise.reject(new Error('no table'));
  const links: string[] = [];
  const link = async (_: string, kind: string, { count }: { readonly count: number }) =>
    void links.push(`${kind} ${count}`);
  const appended = async () => []; // the event waits in the state table
  const history = { ...opened.deps.history, events, appended, link };
  const input = { fleet: 'trading', input: ana, execution: { id: 'arn:release:x-1' } };
  await releaseTheFleet({ ...opened.deps, history, statusOf, now }, input);
  expect(await holder()).toBeUndefined();
  expect(links).toEqual(['sealed 0']); // Reconcile seals it later
});

test('a second release finds no holder', async () => {
  await kept();
  await release(ana);
  await expect(release(ana)).rejects.toThrow('No rollback holds fleet trading; there is nothing to release.');
});
