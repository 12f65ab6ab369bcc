import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { definitionHash } from '../../domain/ready/definition-hash.ts';
import { hostsOf } from '../../domain/tables.ts';
import { environmentSettings } from '../machine.ts';
import * as may from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import { seeBrakes } from './shared-rights.ts';
import {
  canaryGroup,
  contacts,
  environmentName,
  fleetTag,
  operatorsTopic,
  tradingSessions,
} from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task, type TaskContext } from './task.ts';

/** Checks whether phases can be rolled back. Takes no lock, writes no event, and changes nothing on a host. */
export const checkReadiness: Task = {
  name: 'check-readiness',
  timeoutSeconds: hostTimeoutSeconds,
  settings: (context) => ({
    ...environmentName(context),
    ...fleetTag(context),
    ...operatorsTopic(context),
    ...canaryGroup(context),
    ...tradingSessions(context), // hosts may be shut down while the market is closed
    CONTACTS: contacts(context).CONTACTS,
    READY: JSON.stringify(context.environment.ready),
    LOAD: context.environment.load ? 'named' : 'none',
    TRUST_EVIDENCE: JSON.stringify(context.trustEvidence),
    MACHINES: JSON.stringify(hashesOfMachines(context)),
    MACHINE_ARN_PREFIX: may.named(context.scope, 'states', 'stateMachine', `rollback-${context.environmentName}-`),
  }),
  rights: (context) => [
    stateItems(context, 'fleet', 'Query'), // whether a rollback runs
    stateItems(context, 'contacts', 'GetItem'),
    stateItems(context, 'drills', 'GetItem', 'Query'), // the newest drill of the phase, and the newest that passed
    seeBrakes(context), // a block of the target
    stateItems(context, 'phases', 'GetItem', 'PutItem', 'Query'), // preparations, the version that runs, and the answers
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'), // its own scope and attempts
    stateItems(context, ['seenHosts', 'checkedDocuments'], 'Query'),
    may.useItems(context.tables.history, hostsOf('*'), 'Query', 'BatchWriteItem'), // one report per host
    may.seeHosts('ssm:ListDocuments', 'lambda:GetAccountSettings'),
    may.readOwnDocuments(context.scope, context.environmentName),
    ...may.runOnFleet(context.scope, context.documents.readying, context.environment),
    may.seeAlarms(context.scope),
    may.countInCloudWatch(),
    new PolicyStatement({
      actions: ['sns:ListSubscriptionsByTopic'],
      resources: [context.operators.topic.topicArn],
    }),
    wildcard('Machines of this product and environment. It only reads.', {
      actions: ['states:DescribeStateMachine'],
      resources: [may.named(context.scope, 'states', 'stateMachine', `rollback-${context.environmentName}-*`)],
    }),
  ],
};

/** Returns the hash of each machine's definition as it is deployed, apart from the ARNs of functions. */
function hashesOfMachines({ definitions, environmentName, environment }: TaskContext): Record<string, string> {
  const settings = environmentSettings(environmentName, environment);
  const filled = (definition: string) =>
    definition.replaceAll(/\$\{(\w+)\}/g, (found, name: string) => settings[name] ?? found);
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, definitionHash(filled(definition))]),
  );
}
