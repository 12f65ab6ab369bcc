import { compareScript, documentId, holdScript } from '../../config/host-document.ts';
import { holdSettings } from '../../domain/infra/hold.ts';
import { protectedWords } from '../../domain/infra/protected.ts';
import { compareId, holdId } from '../../domain/infra/runbook-steps.ts';
import { brakesChain, eventsOf } from '../../domain/tables.ts';
import { textOf } from '../../statemachines/states/messages.ts';
import { seeRollouts } from '../flag-permissions.ts';
import { documentName } from '../host-document.ts';
import * as may from '../permissions.ts';
import { seeBrakes } from './shared-rights.ts';
import * as shared from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task, type TaskContext } from './task.ts';

/** Seconds for which the script may run on a host. With 60 s for delivery it is over before the next run, two minutes later. */
const scriptSeconds = 30;

/** Compares every two minutes what hosts run with the deployments on record. Changes nothing on a host. */
export const watchTheFleet: Task = {
  name: 'watch-the-fleet',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...shared.environmentName(context),
    ...shared.fleetTag(context),
    ...shared.operatorsTopic(context),
    ...shared.phaseNumbers(context),
    ...shared.tradingSessions(context), // hosts may be shut down while the market is closed
    RUNBOOK: shared.contacts(context).RUNBOOK,
    ...flagLayers(context),
    FLEET: context.environment.fleet.name,
    BRAKES: JSON.stringify({ watch_window: context.environment.brakes.watch_window }),
    TEMPLATES: JSON.stringify(
      Object.fromEntries(
        ['host-differs', 'hosts-agree', 'rollback-undone'].map((name) => [name, textOf(context.templates, name)]),
      ),
    ),
    DOCUMENT: JSON.stringify(documentOf(context, script)),
    HOLDING: JSON.stringify(holdingOf(context)),
    RESTORED: JSON.stringify(context.compared.restored),
    COMMAND: JSON.stringify(commandOf(context)),
  }),
  rights: (context) => [
    stateItems(context, 'fleet', 'GetItem', 'BatchGetItem'), // whether a rollback holds the fleet
    stateItems(context, 'rollbacks', 'GetItem'), // whether the holder has ended
    stateItems(context, 'phases', 'Query'), // deployments, and preparations that announce one
    stateItems(context, 'truth', 'GetItem', 'PutItem'), // what it found, and the look that it reads next
    seeBrakes(context), // versions that rollbacks took back
    may.useItems(context.tables.history, eventsOf(brakesChain), 'Query'), // halts that a host never confirmed
    stateItems(context, ['seenHosts', 'checkedDocuments'], 'Query'),
    may.seeHosts('ssm:ListDocuments'),
    may.readDocuments([...context.documents.comparing, ...(context.environment.hold ? context.documents.holding : [])]),
    ...may.sendToFleet(
      context.scope,
      [...context.documents.comparing, ...(context.environment.hold ? context.documents.holding : [])],
      context.environment.fleet.tag,
    ),
    may.readCommands(),
    seeRollouts(context.flags), // whether flags are on their way to the hosts
    ...may.publishTo(context.operators),
    may.countInCloudWatch(),
  ],
};

/** AppConfig's ids of the application and of both layers' environments. */
function flagLayers({ flags: { settings } }: TaskContext): Record<string, string> {
  const names = ['FLAGS_APPLICATION', 'FLAGS_ENVIRONMENT', 'FLAGS_SAFETY_ENVIRONMENT'];
  return Object.fromEntries(names.map((name) => [name, settings[name] ?? '']));
}

const script = documentId(compareScript.script);

function documentOf({ documents, environmentName }: TaskContext, id: string) {
  const name = documentName(environmentName, id);
  const found = documents.reviewed.find((one) => one.name === name);
  if (!found) throw new Error(`The document ${name} is missing; add its script to config/host-document.ts.`);
  return found;
}

function commandOf({ environmentName, environment: { host, fleet_truth }, compared: { flags, own } }: TaskContext) {
  return {
    id: compareId,
    name: 'Compare hosts',
    document: documentName(environmentName, script),
    timeout_seconds: scriptSeconds,
    attempt_seconds: scriptSeconds,
    parameters: {
      ...{ Step: compareId, Kind: 'check', Mode: 'plan', Target: 'none' },
      ...{ Tree: host.tree, State: host.state, Redis: host.redis, Python: host.python },
      Protected: protectedWords(host.protected),
      ...(own.length > 0 ? { Own: own.join(' ') } : {}),
      ...(fleet_truth.build === undefined ? {} : { Build: fleet_truth.build }),
      ...(fleet_truth.process === undefined ? {} : { Process: fleet_truth.process }),
      ...(flags.length > 0 ? { Flags: flags.map((flag) => `${flag}=x`).join(' '), FlagFolder: host.flags } : {}),
    },
  };
}

/** Returns the command that lets go of deployments, and its document; null if the environment names no script. */
function holdingOf(context: TaskContext) {
  const { host, hold } = context.environment;
  if (!hold) return null;
  const id = documentId(holdScript.script);
  const { HoldScript, HoldArguments } = holdSettings(hold);
  return {
    document: documentOf(context, id),
    command: {
      id: holdId,
      name: 'Let go of deployments',
      document: documentName(context.environmentName, id),
      timeout_seconds: scriptSeconds,
      attempt_seconds: scriptSeconds,
      parameters: {
        ...{ Step: holdId, Kind: 'beside', Mode: 'live', Target: 'none', Script: HoldScript },
        ...{ Tree: host.tree, State: host.state, Redis: host.redis, Python: host.python },
        Protected: protectedWords(host.protected),
        ...(HoldArguments === '' ? {} : { Arguments: HoldArguments }),
      },
    },
  };
}
