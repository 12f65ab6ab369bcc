import { Aspects, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/environment.ts';
import type { Infra } from '../statemachines/files.ts';
import { checks, type HostDocument as Document, documentId } from '../statemachines/host-document.ts';
import { AppendOnlyHistory } from './append-only-history.ts';
import { FlagLayers } from './flag-layers.ts';
import { HostDocument } from './host-document.ts';
import { Machine } from './machine.ts';
import { OperatorAlarm } from './operator-alarm.ts';
import { People } from './people.ts';
import { PhaseAlarms } from './phase-alarms.ts';
import { PhaseRule } from './phase-rule.ts';
import { Reconcile } from './reconcile.ts';
import { Tables } from './tables.ts';
import { Tasks } from './tasks.ts';

export interface RollbackStackProps extends StackProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly infra: Infra;
  readonly firstFlags: Readonly<Record<string, string>>;
  /** Rendered definitions by machine name. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** What is placed, and who may reach whom. */
export class RollbackStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { environmentName, environment, infra, firstFlags, definitions, ...props }: RollbackStackProps,
  ) {
    super(scope, id, props);
    const named = { environment: environmentName };
    const { triggers, templates } = infra;
    const tables = new Tables(this, 'Tables', named);
    Aspects.of(this).add(new AppendOnlyHistory(tables.history.tableArn));
    const flags = new FlagLayers(this, 'Flags', named);
    const topic = new Topic(this, 'Operators', { topicName: `rollback-${environmentName}-operators` });
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `rollback-${environmentName}-dead-letters`,
      encryption: QueueEncryption.SQS_MANAGED, // with a key of ours EventBridge could not write, and says so nowhere
      retentionPeriod: Duration.days(14),
    });
    const phases = infra.runbooks.map(({ phase }) => phase);
    new People(this, 'People', { ...named, phases, tables, flags, deadLetters });
    const tasks = new Tasks(this, 'Tasks', {
      environmentName,
      environment,
      tables,
      flags,
      topic,
      triggers,
      firstFlags,
      templates,
      phases,
      documents: this.#documents(environmentName, infra),
    });
    const machines = new Map(
      Object.entries(definitions).map(([name, definition]) => [
        name,
        new Machine(this, `Machine-${name}`, { environmentName, environment, name, definition, tasks: tasks.versions })
          .stateMachine,
      ]),
    );
    for (const { phase } of infra.runbooks) {
      new PhaseAlarms(this, `Alarms-${phase}`, { ...named, phase, triggers });
      const machine = machines.get(`phase-${phase}`);
      if (machine) new PhaseRule(this, `Rule-${phase}`, { ...named, phase, triggers, machine, deadLetters });
    }
    new Reconcile(this, 'Reconcile', { ...named, fn: tasks.reconcile, deadLetters });
    new OperatorAlarm(this, 'DeadLettersAlarm', {
      ...named,
      name: 'dead-letters',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      periods: 1,
      tell: topic,
    });
    new OperatorAlarm(this, 'ReconcileSilent', {
      ...named,
      name: 'reconcile-silent',
      metric: tasks.reconcile.metricInvocations({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      silence: true,
      periods: 3,
      tell: topic,
    });
    new OperatorAlarm(this, 'ReconcileFailing', {
      ...named,
      name: 'reconcile-failing',
      metric: tasks.reconcile.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      periods: 3,
      tell: topic,
    });
  }

  /** Makes the documents; their ARNs by what their scripts do. */
  #documents(environment: string, { runbooks, documents }: Infra) {
    const scripts = (list: readonly { script: string }[]) => new Set(list.map(({ script }) => documentId(script)));
    const looking = scripts(runbooks.flatMap(({ confirm }) => checks(confirm)));
    const flagReading = scripts(runbooks.flatMap(({ steps }) => steps.filter((step) => 'flag' in step)));
    const arns = new Map(
      documents.map((document: Document) => [
        document.id,
        new HostDocument(this, `Document-${document.id}`, { environment, document }).arn,
      ]),
    );
    const those = (wanted: (id: string) => boolean) => [...arns].filter(([id]) => wanted(id)).map(([, arn]) => arn);
    return {
      steps: those((id) => !looking.has(id) && !flagReading.has(id)),
      flags: those((id) => flagReading.has(id)),
      checks: those((id) => looking.has(id)),
    };
  }
}
