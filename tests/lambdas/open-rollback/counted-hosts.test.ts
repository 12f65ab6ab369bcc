import { beforeEach, describe, expect, test } from 'vitest';
import { anOpening, event, host } from '../an-opening.ts';
import { settings } from '../deciding-stores.ts';

let one: Awaited<ReturnType<typeof anOpening>>;
beforeEach(async () => {
  one = await anOpening();
  await one.stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' });
});
const capped = (most: number) => {
  one.stores.settings = { ...settings, brakes: { ...settings.brakes, hosts: { most, within: 3600 } } };
};
const scope = () => one.stores.scopes.read('r-1');

/** An opening that decides on two hosts and then fails; a third host is online when it is tried again. */
async function triedAgain(input: unknown) {
  one.stored = 'not the reviewed document';
  await expect(one.open({ input })).rejects.toThrow('See docs/runbook.md#document-not-reviewed');
  one.stored = { mainSteps: ['clear'] };
  one.found = [host(1), host(2), host(3)];
  return one.open({ input });
}

describe('a host that came online after the decision', () => {
  test('is left to Reconcile under a cap, with the reason', async () => {
    capped(2);
    expect((await triedAgain(event())).decision).toBe('act');
    expect(await scope()).toMatchObject({
      hosts: [{ name: 'host-1' }, { name: 'host-2' }],
      not_online: [
        { name: 'host-3', away: expect.stringMatching(/^online only after the decision, and brakes\.hosts/) },
      ],
    });
  });

  test('is rolled back too without a cap', async () => {
    await triedAgain(event());
    expect((await scope())?.hosts).toHaveLength(3);
  });

  test('is rolled back too if a person started the rollback', async () => {
    capped(2);
    await triedAgain({ operator: 'ana' });
    expect((await scope())?.hosts).toHaveLength(3);
  });
});

test('under a cap the hosts are listed once', async () => {
  capped(2);
  await one.open({ input: event() });
  expect(one.listings).toBe(1);
});

test('above the cap the question has the hosts, and they are frozen for the answer', async () => {
  capped(1);
  const { decision, question } = await one.open({ input: event() });
  expect([decision, question?.why[0]]).toEqual(['ask', expect.stringMatching(/This rollback: host-1, host-2\.$/)]);
  expect((await scope())?.hosts).toHaveLength(2);
});
