import { beforeEach, expect, test } from 'vitest';
import { notHeldWords } from '../../../domain/message/held-deployments.ts';
import { holdDeployments } from '../../../lambdas/operations/hold-deployments.ts';
import { openedRollback, rollback } from '../opened-rollback.ts';
import { failing, says } from '../scripted-hosts.ts';

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;
const parameters = { Step: 'hold-deployments', Kind: 'beside', Mode: 'live', Target: 'none' };
const command = {
  ...{ id: 'hold-deployments', name: 'Hold deployments', document: 'rollback-test-clear' },
  ...{ timeout_seconds: 30, attempt_seconds: 120, parameters: { ...parameters, Script: 'scripts/hold.py' } },
};
const hold = (more: Partial<typeof command> = {}, { deps, fence } = opened) =>
  holdDeployments(deps, { rollback, fence, command: { ...command, ...more } }, () => 300_000);
const told = async () => (await opened.events()).filter(({ type }) => type.startsWith('Deployments'));

beforeEach(async () => {
  opened = await openedRollback(3);
  opened.hosts.reactWith((_, { Parameters = {} }) => ({ stdout: says('done', Parameters, { report: {} }) }));
});

test('the script runs on every host, once, and that is recorded', async () => {
  await hold();
  await hold();
  expect(opened.hosts.sent).toHaveLength(1);
  expect(await told()).toMatchObject([{ type: 'Deployments held', detail: { hosts: 3, failed: [] } }]);
  expect(notHeldWords(await told())).toBe('');
});

test('nothing is sent if the environment names no script, or if another rollback holds the fleet', async () => {
  await hold({ parameters: { ...parameters, Script: '' } });
  await hold({}, { ...opened, fence: opened.fence + 1 });
  expect(opened.hosts.sent).toEqual([]);
});

test('a host on which it fails is recorded and is in the messages, and nothing stops', async () => {
  opened.hosts.reactWith((host, { Parameters = {} }) =>
    host === 'i-002'
      ? failing('no pipeline here')({ Parameters } as never)
      : { stdout: says('done', Parameters, { report: {} }) },
  );
  await hold();
  expect(await told()).toMatchObject([
    { type: 'Deployments not held', detail: { hosts: 3, failing: 1, failed: [{ host: 'host-2' }] } },
  ]);
  expect(notHeldWords(await told())).toMatch(
    /^; deployments could not be held on 1 host \(.+no pipeline here.*\), so look what may deploy there$/,
  );
});
