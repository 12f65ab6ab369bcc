import { InvalidInput } from '../../domain/errors.ts';
import type { HostCheckResult } from '../../domain/host/host-check.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { FleetHold } from '../stores/fleet-truth.ts';
import type { LoadTests } from '../stores/readiness.ts';

export type LoadTestDeps = {
  /** Whether the environment names a script for load tests. */
  readonly named: boolean;
  readonly tests: Pick<LoadTests, 'put'>;
  readonly newest: Deployments['newest'];
  readonly hold: (fleet: string) => Promise<FleetHold>;
  readonly now: () => number;
};

/** Refuses a load test where none is named, and beside a rollback: load would slow the rollback, and its result would say nothing. */
export async function refuseLoad({ named, hold }: LoadTestDeps, fleet: string): Promise<void> {
  if (!named)
    throw new InvalidInput(
      'This environment names no load test. Add load to its file in infra/environments, such as load: { script: scripts/load_test.py }, and deploy.',
    );
  const { holder } = await hold(fleet);
  if (holder !== null)
    throw new InvalidInput(`Rollback ${holder} holds the fleet. Wait for its end, then test under load again.`);
}

/** Stores the result, as evidence for the check of readiness. */
export async function keepLoadTest(
  { tests, newest, now }: LoadTestDeps,
  by: string,
  { phase, verdict, hosts }: Pick<HostCheckResult, 'phase' | 'verdict' | 'hosts'>,
): Promise<void> {
  const at = new Date(now()).toISOString();
  const version = (await newest(phase, at))?.version ?? null;
  await tests.put({ phase, passed: verdict === 'PASS', at, version, hosts, by });
}
