import { Duration, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction, Version } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { alarmMetrics } from '../domain/alarm-metrics.ts';
import type { Environment } from '../domain/environment.ts';
import type { FlagValue } from '../domain/flag.ts';
import { flagDocument } from '../domain/flag-document.ts';
import { saidByReconcile } from '../domain/reconcile.ts';
import {
  answerKeyOf,
  frozenKey,
  hostsOf,
  lockKey,
  pauseKey,
  phaseOf,
  questionOf,
  questionsOf,
  tokenKey,
  unreachedOf,
  unsentOf,
} from '../domain/tables.ts';
import type { Triggers } from '../domain/triggers-file.ts';
import { textOf } from '../statemachines/telling.ts';
import { acknowledge } from './acknowledge.ts';
import { bundleFunctions } from './bundle.ts';
import type { FlagLayers } from './flag-layers.ts';
import type { Operators } from './operators.ts';
import * as may from './permissions.ts';
import type { Tables } from './tables.ts';
import { TaskFunction } from './task-function.ts';

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
    const { environmentName, environment, documents, flags, firstFlags, operators, triggers } = props;
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
    const fleet = lockKey(environment.fleet.name).pk;
    const phase = phaseOf('*');
    const alarm = answerKeyOf('*', '').pk;
    const rollback = frozenKey('*').pk;
    const onHosts = [
      may.useItems(state, fleet, 'GetItem', 'UpdateItem'),
      may.useItems(state, rollback, 'GetItem', 'PutItem'),
      ...may.addToHistory(history, state),
    ];
    const freeing = [may.useItems(state, fleet, 'GetItem', 'DeleteItem'), ...may.addToHistory(history, state)];
    const closing = [
      ...freeing,
      may.useItems(state, phase, 'GetItem', 'PutItem', 'DeleteItem'),
      may.useItems(state, rollback, 'GetItem'),
      may.useItems(state, unreachedOf, 'Query', 'PutItem', 'DeleteItem'),
      may.useItems(state, unsentOf, 'PutItem'),
      may.countLimits(),
    ];
    const telling = [may.useItems(state, unsentOf, 'PutItem', 'DeleteItem'), ...may.publishTo(operators)];
    const questions = [questionOf('*', '*'), questionsOf];
    const token = tokenKey('*', '*').pk;
    const waking = [may.useItems(state, token, 'GetItem'), may.wakeMachines()];
    const asking = [may.useItems(state, questions, 'Query', 'PutItem')];
    const answering = [...asking, ...waking, ...may.addToHistory(history, state)];
    const deciding = [...asking, may.useItems(state, pauseKey.pk, 'GetItem')];
    const stopping = [may.useItems(state, rollback, 'PutItem', 'Query'), may.stopCommands()];
    const everyDocument = [...new Set([...documents.steps, ...documents.flags, ...documents.checks])];
    const named = { ENVIRONMENT: environmentName };
    const settings = { SETTINGS: JSON.stringify(settingsOf(environment)) };
    const metrics = { ALARM_METRICS: JSON.stringify(alarmMetrics(triggers)) };
    const contacts = { CONTACTS: JSON.stringify(environment.contacts) };
    const late = { LIMIT_MISSED: textOf(props.templates, 'limit-missed') };
    const executions = may.seeExecutions(this, environmentName);
    const machines = props.phases.map((one) => machineArn(this, environmentName, one));
    const functions = {
      OpenRollback: make('open-rollback', 50, { ...named, ...tag(environment), ...settings, ...metrics, ...late }, [
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
        ...may.addToHistory(history, state),
      ]),
      RunOnHosts: make('run-on-hosts', 300, {}, [...onHosts, ...may.runOnFleet(this, documents.steps, environment)]),
      FlipFlag: make('flip-flag', 300, flags.settings, [
        ...onHosts,
        ...may.overrideFlags(flags),
        ...may.runOnFleet(this, documents.flags, environment),
      ]),
      PlanTheRollback: make(
        'plan-the-rollback',
        300,
        { CONFIRM: JSON.stringify(environment.confirm), LIMITS: JSON.stringify(environment.limits) },
        [
          // Neither the fleet's lock nor a phase's claim: it sends the same documents in the mode plan, and holds nothing.
          may.useItems(state, rollback, 'GetItem', 'PutItem'),
          ...may.addToHistory(history, state),
          ...may.runOnFleet(this, everyDocument, environment),
          may.listExecutions(machines),
        ],
      ),
      ConfirmRecovery: make(
        'confirm-recovery',
        300,
        {
          ...named,
          ...metrics,
          PROBES: JSON.stringify(probes(environment)),
        },
        [...onHosts, ...may.runOnFleet(this, documents.checks, environment), may.seeAlarms(this), may.seeMetrics()],
      ),
      CloseRollback: make('close-rollback', 50, { ...named, ...late }, closing),
      SendMessage: make('send-message', 50, { TOPIC_ARN: operators.topic.topicArn, ...contacts }, [
        ...may.addToHistory(history, state),
        ...telling,
      ]),
      AskAPerson: make(
        'ask-a-person',
        50,
        { ...named, ...settings, ...contacts, TOPIC_ARN: operators.topic.topicArn },
        [...answering, may.useItems(state, token, 'PutItem'), may.useItems(state, rollback, 'GetItem'), ...telling],
      ),
      ReadTheDecision: make('read-the-decision', 50, { ...named, ...settings }, [
        ...deciding,
        may.useItems(state, phase, 'PutItem', 'DeleteItem', 'Query'),
        ...may.addToHistory(history, state),
        may.seeAlarms(this),
      ]),
      TakeTheAnswer: make('take-the-answer', 50, {}, [...answering, executions]),
      LookAtHosts: make('look-at-hosts', 300, tag(environment), [
        may.useItems(state, rollback, 'GetItem', 'PutItem'),
        may.useItems(history, hostsOf('*'), 'Query', 'BatchWriteItem'),
        ...may.lookAtFleet(documents.looks),
        ...may.runOnFleet(this, documents.looks, environment),
      ]),
      ReleaseTheFleet: make('release-the-fleet', 50, {}, [...freeing, executions]),
      RecordDeployment: make('record-deployment', 50, { PHASES: JSON.stringify(props.phases) }, [
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
      this.#reconcileVariables(props),
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

  #reconcileVariables(props: TasksProps): Record<string, string> {
    const { environmentName, environment, operators, triggers, templates } = props;
    const blind = Object.entries(triggers.triggers).filter(([, { when_blind }]) => when_blind !== 'ignore');
    return {
      ENVIRONMENT: environmentName,
      FLEET: environment.fleet.name,
      ...tag(environment),
      TOPIC_ARN: operators.topic.topicArn,
      // Not an ARN a phase: a function takes 4 KB of settings.
      MACHINE_ARN_PREFIX: machineArn(this, environmentName, ''),
      PHASES: JSON.stringify(props.phases),
      BLIND_TRIGGERS: JSON.stringify(blind.map(([name]) => name)),
      ALARM_ARN_PREFIX: `${Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm' })}:`,
      TEMPLATES: JSON.stringify(Object.fromEntries(saidByReconcile.map((name) => [name, textOf(templates, name)]))),
      LIMIT_MISSED: textOf(templates, 'limit-missed'),
      SETTINGS: JSON.stringify({ confirm: environment.confirm }),
      CONTACTS: JSON.stringify(environment.contacts),
    };
  }
}

/** By name and not by reference: the machines call these functions, and would depend on them both ways. */
const machineArn = (scope: Construct, environment: string, phase: number | '') =>
  may.named(scope, 'states', 'stateMachine', `rollback-${environment}-phase-${phase}`);

const probes = ({ confirm }: Environment) => ({
  in_a_row: confirm.in_a_row,
  every_seconds: confirm.every,
  give_up_seconds: confirm.give_up,
});

/** What of the environment decides whether a rollback begins. */
const settingsOf = ({ trust, brakes, questions, limits, confirm }: Environment) => ({
  trust,
  brakes,
  questions,
  limits,
  confirm,
});

const tag = ({ fleet }: Environment) => ({ FLEET_TAG_KEY: fleet.tag.key, FLEET_TAG_VALUE: fleet.tag.value });

const pascal = (name: string) => name.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
