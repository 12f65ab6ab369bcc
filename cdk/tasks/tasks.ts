import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction, Version } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FlagValue } from '../../domain/flag.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { flagDocument } from '../../domain/infra/flag-document.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { hostsOf, unsentOf } from '../../domain/tables.ts';
import { acknowledge } from '../acknowledge.ts';
import type { FlagLayers } from '../flag-layers.ts';
import type { Operators } from '../operators.ts';
import * as may from '../permissions.ts';
import type { Tables } from '../tables.ts';
import { bundleFunctions } from './bundle.ts';
import { TaskFunction } from './task-function.ts';
import { itemsOf, sharedRights } from './task-rights.ts';
import { machineArn, reconcileSettings, taskSettings } from './task-settings.ts';

export interface TasksProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly tables: Tables;
  readonly flags: FlagLayers;
  readonly operators: Operators;
  readonly triggers: Triggers;
  readonly firstFlags: Readonly<Record<string, FlagValue | null>>;
  /** Texts of infra/notifications, by file name without ending. */
  readonly templates: Readonly<Record<string, string>>;
  readonly phases: readonly number[];
  /** ARNs of the documents by what they do: change hosts, read flags there, look only. */
  readonly documents: {
    readonly steps: readonly string[];
    readonly flags: readonly string[];
    readonly checks: readonly string[];
    readonly looks: readonly string[];
  };
}

/** Every function, by the `${Name}` under which the state machines call it, each with the least it needs. */
export class Tasks extends Construct {
  readonly versions: Readonly<Record<string, Version>>;
  readonly reconcile: LambdaFunction;
  readonly seedFlags: LambdaFunction;
  readonly attachPrincipal: LambdaFunction;
  /** All of them, by name after `rollback-<environment>-`. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(scope: Construct, id: string, props: TasksProps) {
    super(scope, id);
    const { environmentName, environment, documents, flags, firstFlags, operators } = props;
    const { state, history } = props.tables;
    const bundles = bundleFunctions();
    const make = (
      name: string,
      seconds: number,
      variables: Readonly<Record<string, string>>,
      statements: readonly PolicyStatement[],
      oneAtATime = false,
    ) => {
      const code = bundles[name];
      if (!code) throw new Error(`lambdas/${name}/index.ts does not exist.`);
      return new TaskFunction(this, pascal(name), {
        environment: environmentName,
        name,
        code,
        timeout: Duration.seconds(seconds),
        variables: { STATE_TABLE: state.tableName, HISTORY_TABLE: history.tableName, ...variables },
        may: statements,
        oneAtATime,
        logRetentionDays: environment.log_retention_days,
      });
    };
    const items = itemsOf(environment.fleet.name);
    const { fleet, phase, alarm, rollback, questions, token } = items;
    const { toHistory, onHosts, freeing, closing, telling, waking, answering, deciding, stopping } = sharedRights(
      props.tables,
      operators,
      items,
    );
    const settings = taskSettings(props);
    const { named, tag, metrics, contacts, topic, late } = settings;
    const everyDocument = [...new Set([...documents.steps, ...documents.flags, ...documents.checks])];
    const executions = may.seeExecutions(this, environmentName);
    const machines = props.phases.map((one) => machineArn(this, environmentName, one));
    const functions = {
      OpenRollback: make('open-rollback', 50, { ...named, ...tag, ...settings.deciding, ...metrics, ...late }, [
        ...deciding,
        ...waking, // one that joins may answer an open question
        may.seeMetrics(),
        may.useItems(state, phase, 'Query'),
        ...closing, // a rollback whose execution was stopped is stopped and closed by the next one of its phase
        ...stopping,
        may.useItems(state, alarm, 'GetItem', 'PutItem'),
        ...may.lookAtFleet(everyDocument),
        may.seeAlarms(this),
        executions,
      ]),
      TakeTheFleet: make('take-the-fleet', 50, named, [
        may.useItems(state, fleet, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
        may.useItems(state, phase, 'DeleteItem'), // one that had to wait may be needed no more
        may.seeAlarms(this),
        ...toHistory,
      ]),
      RunOnHosts: make('run-on-hosts', 300, {}, [...onHosts, ...may.runOnFleet(this, documents.steps, environment)]),
      FlipFlag: make('flip-flag', 300, flags.settings, [
        ...onHosts,
        ...may.overrideFlags(flags),
        ...may.runOnFleet(this, documents.flags, environment),
      ]),
      PlanTheRollback: make('plan-the-rollback', 300, settings.planning, [
        // Neither the fleet's lock nor a phase's claim: it sends the same documents in the mode plan, and holds nothing.
        may.useItems(state, rollback, 'GetItem', 'PutItem'),
        ...toHistory,
        ...may.runOnFleet(this, everyDocument, environment),
        may.listExecutions(machines),
      ]),
      ConfirmRecovery: make('confirm-recovery', 300, { ...named, ...metrics, ...settings.probes }, [
        ...onHosts,
        ...may.runOnFleet(this, documents.checks, environment),
        may.seeAlarms(this),
        may.seeMetrics(),
      ]),
      CloseRollback: make('close-rollback', 50, { ...named, ...late }, closing),
      SendMessage: make('send-message', 50, { ...topic, ...contacts }, [...toHistory, ...telling]),
      AskAPerson: make('ask-a-person', 50, { ...named, ...settings.deciding, ...contacts, ...topic }, [
        ...answering,
        may.useItems(state, token, 'PutItem'),
        may.useItems(state, rollback, 'GetItem'),
        ...telling,
        may.countInCloudWatch(),
      ]),
      ReadTheDecision: make('read-the-decision', 50, { ...named, ...settings.deciding }, [
        ...deciding,
        may.useItems(state, phase, 'PutItem', 'DeleteItem', 'Query'),
        ...toHistory,
        may.seeAlarms(this),
      ]),
      TakeTheAnswer: make('take-the-answer', 50, {}, [...answering, executions]),
      LookAtHosts: make('look-at-hosts', 300, tag, [
        may.useItems(state, rollback, 'GetItem', 'PutItem'),
        may.useItems(history, hostsOf('*'), 'Query', 'BatchWriteItem'),
        ...may.lookAtFleet(documents.looks),
        ...may.runOnFleet(this, documents.looks, environment),
      ]),
      ReleaseTheFleet: make('release-the-fleet', 50, {}, [...freeing, executions]),
      RecordDeployment: make('record-deployment', 50, settings.phases, [
        may.useItems(state, phase, 'GetItem', 'PutItem'),
      ]),
    };
    this.versions = Object.fromEntries(Object.entries(functions).map(([name, { version }]) => [name, version]));
    for (const { fn } of Object.values(functions))
      acknowledge(fn, {
        'Serverless-LambdaDLQ':
          'A state machine calls it and waits: every failure meets the Retry and Catch of its state.',
      });
    this.attachPrincipal = make('attach-principal', 50, {}, [
      ...answering,
      may.seeExecutions(this, environmentName, 'phase-*', 'decide'),
    ]).fn;
    this.reconcile = make(
      'reconcile',
      50,
      { ...named, ...tag, ...topic, ...late, ...contacts, ...settings.phases, ...reconcileSettings(this, props) },
      [
        ...closing,
        ...stopping,
        may.useItems(state, phase, 'Query'),
        may.useItems(state, alarm, 'GetItem'),
        may.useItems(state, questions, 'Query'),
        ...waking,
        may.useItems(state, unsentOf, 'Query'),
        may.seeHosts(),
        may.seeAlarms(this),
        ...telling,
        may.startMachines(machines),
        executions,
      ],
      true,
    ).fn;
    this.seedFlags = make(
      'seed-flags',
      50,
      { ...flags.settings, FIRST_FLAGS: JSON.stringify(flagDocument(firstFlags)) },
      may.seedFlagLayer(flags),
    ).fn;
    this.functions = {
      ...Object.fromEntries(Object.values(functions).map(({ name, fn }) => [name, fn])),
      'attach-principal': this.attachPrincipal,
      reconcile: this.reconcile,
      'seed-flags': this.seedFlags,
    };
  }
}

const pascal = (name: string) => name.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
