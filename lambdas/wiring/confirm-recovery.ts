import { alarmsOn } from '../clients/alarms.ts';
import { lastHaltedOn } from '../clients/venue-halt.ts';
import { confirmRecoveryHandler } from '../confirm-recovery/handler.ts';
import { openRollbacksIn } from '../confirm-recovery/open-rollbacks.ts';
import { recoveryMetricsOn } from '../confirm-recovery/recovery-metrics.ts';
import { claimsIn } from '../stores/claims.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { unreachedIn } from '../stores/unreached-hosts.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { whyLostFor } from './inventory.ts';
import { metricOfAlarm } from './metric-of-alarm.ts';
import { haltedMetric, jsonSetting, type Settings, sessionsOf } from './settings.ts';

export function wireConfirmRecovery(
  clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2' | 'cloudWatch'>,
  settings: Settings,
  clock: Clock,
) {
  const { cloudWatch } = clients;
  return confirmRecoveryHandler({
    ...hostStepDeps(clients, settings, clock),
    whyLost: whyLostFor(clients, settings, clock),
    openRollbacks: openRollbacksIn({
      locks: fleetLocksIn(clients.dynamoDb, settings('STATE_TABLE')),
      claims: claimsIn(clients.dynamoDb, settings('STATE_TABLE')),
      phases: jsonSetting(settings, 'PHASES'),
    }),
    unreached: unreachedIn(clients.dynamoDb, settings('STATE_TABLE')),
    probes: jsonSetting(settings, 'PROBES'),
    recoveryMetrics: recoveryMetricsOn({
      cloudWatch,
      alarms: alarmsOn(cloudWatch),
      environment: settings('ENVIRONMENT'),
      metricOf: metricOfAlarm(settings),
      sessionsOf: sessionsOf(settings),
      lastHalted: lastHaltedOn(cloudWatch, haltedMetric(settings), clock.now),
      now: clock.now,
    }),
  });
}
