import { beforeEach, expect, test } from 'vitest';
import type { Overrides } from '../../../lambdas/clients/flags.ts';
import { flipFlag } from '../../../lambdas/flip-flag/flip-flag.ts';
import { openedRollback, rollback } from '../opened-rollback.ts';
import { failing } from '../scripted-hosts.ts';

const command = {
  id: 'switch-source',
  name: 'Switch source',
  document: 'rollback-test-look',
  timeout_seconds: 60,
  attempt_seconds: 150,
  parameters: { Step: 'switch-source', Kind: 'step', Flags: 'data_source=barchart success_metrics=false' },
};
let opened: Awaited<ReturnType<typeof openedRollback>>;
let overridden: string[];
beforeEach(async () => {
  opened = await openedRollback(3);
  overridden = [];
});
const flags = {
  override: async (wanted: Overrides) => {
    overridden.push(`${JSON.stringify(wanted)}, ${opened.hosts.sent.length} commands sent`);
    return { version: 1, changed: true, before: { data_source: 'databento', success_metrics: null } };
  },
};
const flip = (fence = opened.fence) =>
  flipFlag(
    { ...opened.deps, flags },
    { rollback, fence, command, flags: { data_source: 'barchart', success_metrics: false } },
    () => 300_000,
  );

test('sets the override first, and then reads the effective value on every host', async () => {
  expect(await flip()).toMatchObject({ step: 'switch-source', hosts_done: 3, hosts: 3 });
  expect(overridden).toEqual(['{"data_source":"barchart","success_metrics":false}, 0 commands sent']);
  expect(opened.hosts.sent).toMatchObject([{ Parameters: { Flags: ['data_source=barchart success_metrics=false'] } }]);
});

test('records once which flags it has overridden, however often it looks', async () => {
  await flip();
  await flip();
  const recorded = (await opened.deps.history.events('r-1')).filter(({ type }) => type === 'Flags overridden');
  expect(recorded).toMatchObject([
    {
      detail: {
        step: 'switch-source',
        flags: { data_source: 'barchart', success_metrics: false },
        before: { data_source: 'databento', success_metrics: null },
        version: 1,
      },
    },
  ]);
});

test('fails while a host does not have the value yet; the next call asks that host only', async () => {
  opened.hosts.reactWith((host, sent, attempt) =>
    host === 'i-002' && attempt === 1 ? failing('data_source is databento here')(sent) : {},
  );
  await expect(flip()).rejects.toMatchObject({
    name: 'StepFailed',
    message: 'Switch source failed on 1 of 3 hosts: host-2 (data_source is databento here).',
  });
  expect(await flip()).toMatchObject({ hosts_done: 3 });
  expect(opened.hosts.sent.map(({ InstanceIds }) => InstanceIds)).toEqual([['i-001', 'i-002', 'i-003'], ['i-002']]);
});

test('a rollback that no longer holds the fleet flips no flag', async () => {
  await opened.deps.locks.free('trading', 'r-1', opened.fence);
  await expect(flip()).rejects.toThrow('Nothing was sent.');
  expect(overridden).toEqual([]);
});
