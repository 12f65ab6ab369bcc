import * as z from 'zod';
import { executionEndings } from '../faults/stop-faults.ts';
import type { HostProcesses } from '../hosts/host-processes.ts';
import type { Services } from '../services.ts';
import type { Host } from '../ssm/host.ts';

// The requests under /_account/faults.

/** The parts of the account that faults are injected into. */
export type Faulty = {
  readonly services: Pick<
    Services,
    'faults' | 'functionFaults' | 'stopFaults' | 'monitors' | 'bus' | 'systemsManager' | 'agents'
  >;
  readonly processes: Pick<HostProcesses, 'unmet'> | undefined;
};

const actionFault = {
  action: z.string().regex(/^[a-z0-9]+:[A-Za-z0-9]+$/),
  error: z.string(),
  resource: z.string().optional(),
  caller: z.string().min(1).optional(),
  done: z.literal(true).optional(),
};
const scriptFault = {
  document: z.string().default(''),
  parameters: z.record(z.string(), z.string()).default({}),
  host: z.string(),
};
const functionFault = {
  function: z.string().min(1),
  does: z.enum(['throttled', 'times-out', 'crashes']),
  after: z.int().positive().optional(),
};
const stopFault = z.strictObject({
  machine: z.string().min(1),
  state: z.string().min(1),
  after: z.number().positive().optional(),
  cause: z.string().min(1).optional(),
  how: z.enum(executionEndings).optional(),
});
export const faultRequest = z.union([
  stopFault,
  z.strictObject({ ...functionFault, times: z.int().positive() }),
  z.strictObject({ ...functionFault, for: z.number().positive() }),
  z.strictObject({ ...actionFault, fails: z.int().positive() }),
  z.strictObject({ ...actionFault, for: z.number().positive() }),
  z.strictObject({ ...scriptFault, fails: z.int().positive() }),
  z.strictObject({ ...scriptFault, hangs: z.literal(true), times: z.int().positive().optional() }),
  z.strictObject({ ...scriptFault, says: z.enum(['nothing', 'twice', 'too-much']), times: z.int().positive() }),
]);

/** Injects a fault into actions, functions or scripts. */
export function addFault(
  { services: { faults, functionFaults, stopFaults, systemsManager } }: Faulty,
  fault: z.infer<typeof faultRequest>,
  hostNamed: (name: string) => Host,
): void {
  if ('action' in fault) {
    faults.add(fault);
    return;
  }
  if ('function' in fault) {
    functionFaults.add(fault);
    return;
  }
  if ('state' in fault) {
    stopFaults.add(fault);
    return;
  }
  const script = {
    document: fault.document,
    parameters: fault.parameters,
    instanceId: hostNamed(fault.host).instanceId,
  };
  if ('fails' in fault) systemsManager.faults.failScript({ ...script, times: fault.fails });
  else if ('says' in fault) systemsManager.faults.garbleScript({ ...script, times: fault.times, says: fault.says });
  else
    systemsManager.faults.hangScript({ ...script, ...('times' in fault && fault.times ? { times: fault.times } : {}) });
}

/** Returns the faults that have not occurred as often as requested, one sentence each. */
export const unmet = ({
  services: { faults, functionFaults, systemsManager, bus, agents, stopFaults, monitors },
  processes,
}: Faulty): string[] => [
  ...faults.unmet(),
  ...functionFaults.unmet(),
  ...systemsManager.faults.unmet(),
  ...bus.faults.unmet(),
  ...agents.unmet(),
  ...stopFaults.unmet(),
  ...unmetMonitors(monitors()),
  ...(processes?.unmet() ?? []),
];

const unmetMonitors = (layers: ReturnType<Services['monitors']>): string[] =>
  layers.flatMap(({ layer, monitors }) =>
    monitors
      .filter(({ injected, rolledBack }) => injected && !rolledBack)
      .map(({ AlarmArn }) => `the monitor ${AlarmArn} of the flags in ${layer} rolled back no deployment`),
  );
