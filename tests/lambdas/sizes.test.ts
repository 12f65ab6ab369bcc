import { beforeAll, describe, expect, test } from 'vitest';
import { recordOf } from '../../domain/history/record.ts';
import { confirmRecovery } from '../../lambdas/confirm-recovery/confirm-recovery.ts';
import { closeRollback } from '../../lambdas/operations/close-rollback.ts';
import { runOnHosts } from '../../lambdas/operations/run-on-hosts.ts';
import { openedRollback, rollback } from './opened-rollback.ts';
import { failing, says } from './scripted-hosts.ts';

/** Our limits: for a state's output, of the 256 KiB of Step Functions; for a RECORD, of DynamoDB's 400 KB. */
const outputBytes = 4096;
const recordBytes = 20_480;
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const step = (id: string) => ({
  id,
  name: id,
  document: 'rollback-test-clear',
  timeout_seconds: 60,
  attempt_seconds: 150,
  parameters: { Step: id, Kind: 'step', Target: 'v1' },
});
const look = (id: string) => ({ ...step(id), document: 'rollback-test-look', parameters: { Step: id, Kind: 'check' } });
const forever = () => 300_000;
/** The longest line of a host (infra/host-scripts/wrapper.py). */
const longReason = 'x'.repeat(1800);

/**
 * Outputs of a rollback of 1,000 hosts by state: a step that all hosts do, a step that all hosts fail, and the closing.
 */
describe('at 1,000 hosts', () => {
  let opened: Awaited<ReturnType<typeof openedRollback>>;
  const outputs: Record<string, unknown> = {};
  const record = async (state: string, work: Promise<unknown>) => {
    outputs[state] = await work.catch((error: Error) => ({ Error: error.name, Cause: error.message }));
  };

  beforeAll(async () => {
    const absent = Array.from({ length: 1000 }, (_, i) => `a-host-with-a-rather-long-name-${i}.trading.example.com`);
    opened = await openedRollback(1000, absent);
    const { deps, fence, hosts } = opened;
    const run = (id: string) => runOnHosts(deps, { rollback, fence, command: step(id) }, forever);
    await record('a step done', run('clear-cache'));
    hosts.reactWith((_, sent) => failing(longReason)(sent));
    await record('a step failed', run('restore-version'));
    const looks = [
      ['not at the target', { at_target: false, version: 'v2', different: 4, flags: ['a is b', 'c is d'] }],
      ['ill', { at_target: true, version: 'v1', healthy: false, failed: Array.from({ length: 30 }, () => 'a check') }],
    ] as const;
    for (const [state, report] of looks) {
      hosts.reactWith((_, { Parameters = {} }) => ({ stdout: says('done', Parameters, { report }) }));
      await record(
        state,
        confirmRecovery(
          {
            ...deps,
            recoveryMetrics: async () => ({ red: [], metric: null }),
            openRollbacks: async () => ({ others: [], acted: [] }),
            unreached: { all: async () => [] },
            probes: { in_a_row: 1, every_seconds: 10, give_up_seconds: 0 },
          },
          {
            rollback,
            fence,
            version: look('confirm-recovery'),
            health: look('confirm-health'),
            steps: ['clear-cache'],
            target_version: 'v1',
            own_checks: [],
          },
          forever,
        ),
      );
    }
    const { Cause } = outputs['a step failed'] as { Cause: string };
    await record('closed', closeRollback(deps, { rollback, fence, ending: 'Needs a person', problem: Cause }));
  });

  test.each(['a step done', 'a step failed', 'not at the target', 'ill', 'closed'])('%s: at most 4 KB', (state) => {
    expect(outputs[state]).toBeDefined();
    expect(bytesOf(outputs[state])).toBeLessThanOrEqual(outputBytes);
  });

  test('the RECORD is at most 20 KB', async () => {
    const record = recordOf(await opened.events());
    expect(record.ending).toBe('Needs a person');
    expect(bytesOf(record)).toBeLessThanOrEqual(recordBytes);
  });

  test("each host's report is a HOST item of its own", async () => {
    expect(await opened.deps.history.hosts('r-1', 'restore-version')).toHaveLength(1000);
  });
});
