import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Action, bothHosts, commands, type Run } from './both-hosts.ts';

// The model of hosts is held to the real scripts and the real sample trading system: the same random sequences of
// commands, ticks, faults, mishaps, flags and restarts give the same verdicts, reports, metrics and state.

const RUNS = Number(process.env['HOST_RUNS'] ?? 3);
let hosts: Awaited<ReturnType<typeof bothHosts>>;
beforeAll(async () => {
  hosts = await bothHosts(RUNS);
});
afterAll(() => hosts.close());

const triggers = ['system_failure', 'data_corruption', 'security_issue', 'cost_explosion', 'cascade_failure'];
const fault = fc.oneof(
  fc.record({ phase: fc.integer({ min: 1, max: 4 }), trigger: fc.constantFrom(...triggers) }),
  fc.record({
    phase: fc.integer({ min: 1, max: 4 }),
    trigger: fc.constant('performance_degradation'),
    degradation: fc.constantFrom(8, 20),
  }),
);
const overrides = {
  data_source: { enabled: true, value: 'barchart' },
  algorithm_version: { enabled: true, value: 'v1.0' },
  testing_mode: { enabled: true, value: 'production' },
  success_metrics: { enabled: false },
  websocket_backfill: { enabled: false },
  budget_dashboard: { enabled: false },
};
const tick = fc.array(fault, { maxLength: 2 }).map((tick): Action => ({ tick }));
const command = fc.record({
  run: fc.constantFrom(...commands),
  mode: fc.constantFrom('live', 'live', 'live', 'plan'),
  rollback: fc.constantFrom('one', 'two'),
  fence: fc.constantFrom(7, 7, 7, 8),
  target: fc.constantFrom<Run['target']>(undefined, undefined, 'frozen', 'other', 'asked'),
});
/** The overrides of a random choice of flags; each rollback sets those of its phase. */
const flags = fc.subarray(Object.keys(overrides), { minLength: 1 }).map(
  (names): Action => ({
    flags: {
      local: { data_source: { enabled: true, value: 'databento' } },
      'local-safety': Object.fromEntries(Object.entries(overrides).filter(([name]) => names.includes(name))),
    },
  }),
);
const mishap = fc.oneof(
  fc.constantFrom('dirty-tree', 'press-stop', 'lose-tag', 'move-tag').map((name): Action => ({ mishap: name })),
  fc.constantFrom('v1.4.0', 'v1.3.1', 'v9').map((version): Action => ({ mishap: 'deploy', with: version })),
);
const restart = fc.constant<Action>({ restart: true });
/** Every sequence begins with flags and a tick, so that most commands can do something. */
const sequence = fc
  .tuple(
    flags,
    tick,
    fc.array(
      fc.oneof(
        { weight: 6, arbitrary: command as fc.Arbitrary<Action> },
        { weight: 4, arbitrary: tick },
        { weight: 1, arbitrary: flags },
        { weight: 1, arbitrary: mishap },
        { weight: 1, arbitrary: restart },
      ),
      { minLength: 18, maxLength: 24 },
    ),
  )
  .map(([one, other, rest]) => [one, other, ...rest]);

test('a modelled host and a real one do the same', { timeout: 600_000 }, async () => {
  let number = 0;
  const property = fc.asyncProperty(sequence, async (actions) => {
    const [real, modelled] = hosts.pair(number++);
    for (const action of actions) {
      const found = await real.act(action);
      const what = 'run' in action ? { ...action, run: action.run.name } : action;
      expect({ what, found: await modelled.act(action) }).toEqual({ what, found });
    }
    expect(await modelled.status()).toEqual(await real.status());
  });
  // Not shrunken: each run has a host of its own, and a sequence names the first action that differs.
  await fc.assert(property, { numRuns: RUNS, seed: 20260105, endOnFailure: true });
});
