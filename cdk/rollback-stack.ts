import { Aspects, Stack, type StackProps } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type Infra, readChaosDocument } from '../config/infra.ts';
import type { CalendarSetting } from '../domain/calendar/calendar-setting.ts';
import { drillDays } from '../domain/drill/drill-days.ts';
import type { FlagValue } from '../domain/flag.ts';
import { breakersOf } from '../domain/flags/known-flags.ts';
import type { Environment } from '../domain/infra/environment.ts';
import { targetsOf } from '../domain/infra/runbook-steps.ts';
import { beforeMachine } from '../domain/phases.ts';
import { oldestPart, type TrustEvidence } from '../domain/trust-evidence.ts';
import { comparedParts } from '../domain/truth/compared-parts.ts';
import { AnomalyAlarms } from './anomaly-alarms.ts';
import { AppendOnlyHistory } from './append-only-history.ts';
import { Breakers } from './breakers.ts';
import { Chaos } from './chaos.ts';
import { ChatAndPager } from './chat-and-pager.ts';
import { Dashboard } from './dashboard.ts';
import { type DeadLetters, deadLetterQueues, queuesIn } from './dead-letters.ts';
import { DocumentChecks } from './document-checks.ts';
import { Documents } from './documents.ts';
import { EveryMinute } from './every-minute.ts';
import { FailedRule } from './failed-rule.ts';
import { FileChecks } from './file-checks.ts';
import { FlagLayers } from './flag-layers.ts';
import { FlagMonitors } from './flag-monitors.ts';
import { FleetWatch } from './fleet-watch.ts';
import { FollowUp, type FollowUpProps, followUpMachines } from './follow-up.ts';
import { HistoryBucket } from './history-bucket.ts';
import { IncidentPages, type IncidentPagesProps } from './incident-pages.ts';
import { Machine } from './machine.ts';
import { MeasuredTimes } from './measured-times.ts';
import { MetricArchive } from './metric-archive.ts';
import { Operators } from './operators.ts';
import { People } from './people/people.ts';
import { Phase, type PhaseProps } from './phase.ts';
import { ProductAlarms } from './product-alarms.ts';
import { ReadinessRules } from './readiness-rules.ts';
import { RetainedUnlessCreationFails } from './retained-unless-creation-fails.ts';
import { SavedQueries } from './saved-queries.ts';
import { SeveralPhases } from './several-phases.ts';
import { StartedRule } from './started-rule.ts';
import { Tables } from './tables.ts';
import type { TasksProps } from './tasks/task.ts';
import { Tasks } from './tasks/tasks.ts';
import { Trading, tradingMachines } from './trading.ts';

export interface RollbackStackProps extends StackProps {
  readonly environmentName: string;
  readonly environment: Environment;
  /** The trading sessions of the phases (config/calendars.ts); absent: the environment names no venues. */
  readonly calendar?: CalendarSetting | undefined;
  readonly infra: Infra;
  readonly firstFlags: Readonly<Record<string, FlagValue | null>>;
  /** The evidence that allows triggers to act by themselves (config/trust-evidence.ts); null: none does, or none needs it. */
  readonly trustEvidence: TrustEvidence | null;
  /** Rendered definitions by machine name. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** The whole product of one environment. This constructor connects its parts. */
export class RollbackStack extends Stack {
  constructor(scope: Construct, id: string, rollbackProps: RollbackStackProps) {
    const { environmentName, environment, calendar, infra, firstFlags, definitions, trustEvidence, ...props } =
      rollbackProps;
    super(scope, id, props);
    const named = { environment: environmentName };
    const { triggers, templates } = infra;
    const tables = new Tables(this, 'Tables', named);
    Aspects.of(this).add(new AppendOnlyHistory(tables.history.tableArn));
    Aspects.of(this).add(new RetainedUnlessCreationFails());
    const exports = new HistoryBucket(this, 'HistoryExport', { environmentName, environment });
    const flags = new FlagLayers(this, 'Flags', named);
    const operators = new Operators(this, 'Operators', named);
    const queues = deadLetterQueues(this, environmentName);
    const deadLetters = queuesIn(queues);
    const { fleet } = environment;
    const product = { ...named, fleet, tables, flags, deadLetters: Object.values(deadLetters) };
    new People(this, 'People', product, environment.chaos !== undefined);
    const taskProps: TasksProps = {
      ...{ environmentName, environment, calendar, tables, exports, flags, operators, triggers, firstFlags, templates },
      ...{ phases: infra.runbooks.map(({ phase }) => phase), definitions },
      trustEvidence: { needed: trustEvidence !== null, oldest: trustEvidence && oldestPart(trustEvidence) },
      targets: targetsOf(infra.runbooks),
      compared: comparedParts(infra.runbooks, environment),
      documents: new Documents(this, 'Documents', { ...named, infra }).of,
    };
    const tasks = new Tasks(this, 'Tasks', taskProps);
    const lost = { deadLetters: queues.ofAlarms.ofRules, tell: operators.topic };
    new Trading(this, 'Trading', { environment, tasks, given: taskProps, product, queues });
    const machines = stateMachinesIn(this, rollbackProps, tasks, lost);
    monitorFlags(this, rollbackProps);
    openBreakers(this, rollbackProps, machines.get('change-flag'), lost);
    scheduled(this, environmentName, tasks, queues.ofReconcile);
    onlyIfNamed(this, rollbackProps, { operators, look: machines.get('look') });
    new ReadinessRules(this, 'Readiness', { ...named, machines, deadLetters: queues.ofReconcile });
    executionsSeen(this, environmentName, tasks, queues);
    outsideTheTopic(this, { environmentName, environment, tasks, operators });
    new ProductAlarms(this, 'Alarms', { ...named, tell: operators.topic, functions: tasks.functions, deadLetters });
    followedUp(this, rollbackProps, tasks, { tell: operators.topic, deadLetters: queues.ofReconcile });
  }
}

/** Creates the rules that invoke functions when executions start or fail. */
function executionsSeen(
  stack: RollbackStack,
  environment: string,
  tasks: Tasks,
  queues: ReturnType<typeof deadLetterQueues>,
): void {
  new StartedRule(stack, 'Started', {
    ...{ environment, attach: tasks.attachPrincipal, deadLetters: queues.ofPrincipals },
  });
  new FailedRule(stack, 'Failed', {
    ...{ environment, count: tasks.countFailures, deadLetters: queues.ofReconcile },
  });
}

/** Creates what shows people more than a message does, or in another place: incident pages, and a chat and a pager if there are any. */
function outsideTheTopic(stack: RollbackStack, props: IncidentPagesProps): void {
  new IncidentPages(stack, 'Pages', props);
  if (props.environment.chat || props.environment.pager) new ChatAndPager(stack, 'ChatAndPager', props);
}

/** Creates the alarms that take back a flag while it rolls out, after the alarms of the phases. */
const monitorFlags = (stack: RollbackStack, { environmentName: environment, infra }: RollbackStackProps) =>
  new FlagMonitors(stack, 'FlagMonitors', {
    ...{ environment, triggers: infra.triggers, phases: infra.runbooks.map(({ phase }) => phase) },
    after: stack.node.children.filter((one) => one instanceof Phase),
  });

/** Creates what follows a rollback, what measures them, and at last what finds everything that the stack has: the saved queries and the dashboard. */
function followedUp(
  stack: RollbackStack,
  { environmentName, environment, definitions }: RollbackStackProps,
  tasks: Tasks,
  alerts: Pick<FollowUpProps, 'tell' | 'deadLetters'>,
): void {
  new MeasuredTimes(stack, 'MeasuredTimes', { environment: environmentName, tasks, ...alerts });
  const followUp = new FollowUp(stack, 'FollowUp', { environmentName, environment, definitions, tasks, ...alerts });
  new SavedQueries(stack, 'Queries', { environment: environmentName });
  new Dashboard(followUp, 'Dashboard', { environment: environmentName, product: stack });
}

/** Creates the alarms and rules of circuit breakers, if infra/flags.yaml has any. */
function openBreakers(
  stack: RollbackStack,
  { environmentName: environment, infra: { flags = {}, triggers } }: RollbackStackProps,
  changeFlag: StateMachine | undefined,
  lost: Pick<PhaseProps, 'deadLetters' | 'tell'>,
): void {
  const breakers = breakersOf(flags);
  if (changeFlag && Object.keys(breakers).length > 0)
    new Breakers(stack, 'Breakers', { environment, namespace: triggers.namespace, breakers, changeFlag, ...lost });
}

type ForSome = { readonly operators: Operators; readonly look: StateMachine | undefined };

/** Creates what only an environment has whose file names it: faults on purpose, alarms on unusual values, and the daily reading of all files. */
function onlyIfNamed(
  stack: RollbackStack,
  {
    environmentName,
    environment: { chaos, anomalies, fleet_truth },
    infra: { triggers, runbooks },
  }: RollbackStackProps,
  { operators, look }: ForSome,
): void {
  const named = { environment: environmentName };
  if (chaos) new Chaos(stack, 'Chaos', { ...named, document: readChaosDocument() });
  if (anomalies.length > 0)
    new AnomalyAlarms(stack, 'Anomalies', {
      ...{ ...named, namespace: triggers.namespace, anomalies, tell: operators.topic },
      phases: runbooks.map(({ phase }) => phase),
    });
  if (look && fleet_truth.files) new FileChecks(stack, 'FileChecks', { ...named, files: fleet_truth.files, look });
}

/** Creates the rules that run functions again and again. */
function scheduled(stack: RollbackStack, environment: string, tasks: Tasks, deadLetters: DeadLetters): void {
  const common = { environment, deadLetters };
  new EveryMinute(stack, 'EveryMinute', {
    ...common,
    functions: [tasks.reconcile, tasks.seedFlags, tasks.exportHistory],
  });
  new MetricArchive(stack, 'MetricArchive', { ...common, archive: tasks.archiveMetrics });
  new FleetWatch(stack, 'FleetWatch', { ...common, watch: tasks.watchTheFleet });
  new DocumentChecks(stack, 'Documented', { ...common, check: tasks.checkDocuments });
}

/** Creates every state machine and returns them by name. A phase's machine comes with its alarms and rules. */
function stateMachinesIn(
  stack: RollbackStack,
  { environmentName, environment, infra: { runbooks, triggers }, definitions }: RollbackStackProps,
  { versions }: Tasks,
  lost: Pick<PhaseProps, 'deadLetters' | 'tell'>,
): Map<string, StateMachine> {
  const days = drillDays(
    runbooks.map(({ phase }) => phase),
    environment.drills?.shuffled ?? false,
  );
  return new Map(
    Object.entries(definitions)
      .filter(isOfThisStack)
      .map(([name, definition]) => {
        const phase = runbooks.find((one) => name === `phase-${one.phase}`)?.phase;
        const common = { environmentName, environment, definition, tasks: versions, tell: lost.tell };
        if (name === beforeMachine)
          return [name, new SeveralPhases(stack, 'SeveralPhases', { ...common, name }).stateMachine];
        const { stateMachine } =
          phase === undefined
            ? new Machine(stack, `Machine-${name}`, { ...common, name })
            : new Phase(stack, `Phase-${phase}`, {
                ...{ ...common, phase, triggers, ...lost },
                drillDays: days.filter((one) => one.phase === phase),
              });
        return [name, stateMachine];
      }),
  );
}

/** The machines of the follow-up, and of halts and resumes, are in stacks of their own. */
const isOfThisStack = ([name]: readonly [string, string]) =>
  ![...followUpMachines, ...tradingMachines].some((one) => one === name);
