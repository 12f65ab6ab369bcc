import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction, Version } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { pascal } from '../../domain/ready/definition-hash.ts';
import { acknowledge } from '../acknowledge.ts';
import { annotateTheRollback } from './annotate-the-rollback.ts';
import { archiveMetrics } from './archive-metrics.ts';
import { askAPerson } from './ask-a-person.ts';
import { attachPrincipal } from './attach-principal.ts';
import { bundleFunctions } from './bundle.ts';
import { checkDocuments } from './check-documents.ts';
import { checkReadiness } from './check-readiness.ts';
import { closeRollback } from './close-rollback.ts';
import { confirmContacts } from './confirm-contacts.ts';
import { confirmRecovery } from './confirm-recovery.ts';
import { countFailures } from './count-failures.ts';
import { exportHistory } from './export-history.ts';
import { flipFlag } from './flip-flag.ts';
import { lookAtHosts } from './look-at-hosts.ts';
import { openRollback } from './open-rollback.ts';
import { planTheRollback } from './plan-the-rollback.ts';
import { prepareTheHosts } from './prepare-the-hosts.ts';
import { readTheDecision } from './read-the-decision.ts';
import { reconcile } from './reconcile.ts';
import { recordDeployment } from './record-deployment.ts';
import { releaseTheFleet } from './release-the-fleet.ts';
import { reviewTheRollback } from './review-the-rollback.ts';
import { runOnHosts } from './run-on-hosts.ts';
import { seedFlags } from './seed-flags.ts';
import { sendMessage } from './send-message.ts';
import { setTheBrakes } from './set-the-brakes.ts';
import { setTheFlag } from './set-the-flag.ts';
import { takeTheAnswer } from './take-the-answer.ts';
import { takeTheFleet } from './take-the-fleet.ts';
import type { Task, TasksProps } from './task.ts';
import { TaskFunction } from './task-function.ts';
import { watchTheFleet } from './watch-the-fleet.ts';

/** The tasks that state machines call. Each file holds the rights and the settings of one function. */
const calledByMachines: readonly Task[] = [
  openRollback,
  takeTheFleet,
  runOnHosts,
  flipFlag,
  planTheRollback,
  confirmRecovery,
  closeRollback,
  sendMessage,
  askAPerson,
  readTheDecision,
  takeTheAnswer,
  lookAtHosts,
  releaseTheFleet,
  recordDeployment,
  prepareTheHosts,
  checkReadiness,
  confirmContacts,
  annotateTheRollback,
  reviewTheRollback,
  setTheBrakes,
  setTheFlag,
];

/** Every function, each with the fewest rights and settings that it needs. */
export class Tasks extends Construct {
  /** The versions that machines call, by the `${Name}` of their definitions: `RunOnHosts` is run-on-hosts. */
  readonly versions: Readonly<Record<string, Version>>;
  readonly reconcile: LambdaFunction;
  readonly seedFlags: LambdaFunction;
  readonly exportHistory: LambdaFunction;
  readonly archiveMetrics: LambdaFunction;
  readonly watchTheFleet: LambdaFunction;
  readonly attachPrincipal: LambdaFunction;
  readonly checkDocuments: LambdaFunction;
  readonly countFailures: LambdaFunction;
  /** Every function, by its name after `rollback-<environment>-`. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** Makes a function, also in another stack. */
  readonly in: (scope: Construct, task: Task) => TaskFunction;

  constructor(scope: Construct, id: string, props: TasksProps) {
    super(scope, id);
    const bundles = bundleFunctions();
    this.in = (own, task) => made(own, task, { props, bundles });
    const make = (task: Task) => this.in(this, task);
    const called = this.calledIn(this, calledByMachines);
    this.versions = versionsOf(called);
    this.attachPrincipal = make(attachPrincipal).fn;
    this.checkDocuments = make(checkDocuments).fn;
    this.countFailures = make(countFailures).fn;
    this.reconcile = make(reconcile).fn;
    this.seedFlags = make(seedFlags).fn;
    this.exportHistory = make(exportHistory).fn;
    this.archiveMetrics = make(archiveMetrics).fn;
    this.watchTheFleet = make(watchTheFleet).fn;
    this.functions = {
      ...Object.fromEntries(called.map(({ name, fn }) => [name, fn])),
      [attachPrincipal.name]: this.attachPrincipal,
      [checkDocuments.name]: this.checkDocuments,
      [countFailures.name]: this.countFailures,
      [reconcile.name]: this.reconcile,
      [seedFlags.name]: this.seedFlags,
      [exportHistory.name]: this.exportHistory,
      [archiveMetrics.name]: this.archiveMetrics,
      [watchTheFleet.name]: this.watchTheFleet,
    };
  }

  /** Makes functions that machines call, also in another stack, and accepts that they have no queue of their own for failed calls. */
  calledIn(scope: Construct, tasks: readonly Task[]): TaskFunction[] {
    const called = tasks.map((task) => this.in(scope, task));
    for (const { fn } of called)
      acknowledge(fn, {
        'Serverless-LambdaDLQ':
          'A state machine calls the function and waits for it: the Retry and Catch of its state handle every failure.',
      });
    return called;
  }
}

type Given = { readonly props: TasksProps; readonly bundles: Readonly<Record<string, string>> };

function made(
  scope: Construct,
  { name, timeoutSeconds, settings, rights, oneAtATime }: Task,
  { props, bundles }: Given,
): TaskFunction {
  const code = bundles[name];
  if (!code) throw new Error(`cdk/tasks has the function ${name}, but lambdas/${name}/index.ts does not exist.`);
  const { environmentName, environment, tables } = props;
  const context = { ...props, scope };
  return new TaskFunction(scope, pascal(name), {
    environment: environmentName,
    name,
    code,
    timeout: Duration.seconds(timeoutSeconds),
    variables: {
      STATE_TABLE: tables.state.tableName,
      HISTORY_TABLE: tables.history.tableName,
      ...settings(context),
    },
    may: rights(context),
    oneAtATime: oneAtATime ?? false,
    logRetentionDays: environment.log_retention_days,
    tell: props.operators.topic,
  });
}

/** Returns the versions that machines call, by the `${Name}` of their definitions: `RunOnHosts` is run-on-hosts. */
export const versionsOf = (called: readonly TaskFunction[]): Readonly<Record<string, Version>> =>
  Object.fromEntries(called.map(({ name, version }) => [pascal(name), version]));
