import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/environment.ts';
import type { FlagValue } from '../domain/flag.ts';
import type { Infra } from '../statemachines/files.ts';
import { checks, type HostDocument as Document, documentId } from '../statemachines/host-document.ts';
import { DeadLetters } from './dead-letters.ts';
import { EveryMinute } from './every-minute.ts';
import { FlagLayers } from './flag-layers.ts';
import { HostDocument } from './host-document.ts';
import { Machine } from './machine.ts';
import { Operators } from './operators.ts';
import { PhaseAlarms } from './phase-alarms.ts';
import { PhaseRule } from './phase-rule.ts';
import { ProductAlarms } from './product-alarms.ts';
import { Tables } from './tables.ts';
import { Tasks } from './tasks.ts';

export interface RollbackStackProps extends StackProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly infra: Infra;
  readonly firstFlags: Readonly<Record<string, FlagValue>>;
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
    const flags = new FlagLayers(this, 'Flags', named);
    const operators = new Operators(this, 'Operators', named);
    const deadLetters = {
      ofAlarms: new DeadLetters(this, 'DeadLetters', { ...named, name: 'dead-letters', kept: Duration.days(14) }).queue,
      // A minute that Reconcile lost is made good by the next: kept as long as it helps to find out why.
      ofReconcile: new DeadLetters(this, 'ReconcileDeadLetters', {
        ...named,
        name: 'reconcile-dead-letters',
        kept: Duration.hours(1),
      }).queue,
    };
    const tasks = new Tasks(this, 'Tasks', {
      environmentName,
      environment,
      tables,
      flags,
      operators,
      triggers,
      firstFlags,
      templates,
      phases: infra.runbooks.map(({ phase }) => phase),
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
      if (machine)
        new PhaseRule(this, `Rule-${phase}`, { ...named, phase, triggers, machine, deadLetters: deadLetters.ofAlarms });
    }
    new EveryMinute(this, 'EveryMinute', {
      ...named,
      functions: [tasks.reconcile, tasks.seedFlags],
      deadLetters: deadLetters.ofReconcile,
    });
    const { functions } = tasks;
    new ProductAlarms(this, 'Alarms', { ...named, tell: operators.topic, machines, functions, deadLetters });
  }

  /** Makes the documents; their ARNs by what their scripts do. */
  #documents(environment: string, { runbooks, documents }: Infra) {
    const scripts = (list: readonly { script: string }[]) => new Set(list.map(({ script }) => documentId(script)));
    const all = runbooks.flatMap(({ steps }) => steps);
    const looking = scripts(runbooks.flatMap(checks));
    const flagReading = scripts(all.filter(({ flags }) => flags));
    const acting = scripts(all.filter(({ flags }) => !flags));
    const arns = new Map(
      documents.map((document: Document) => [
        document.id,
        new HostDocument(this, `Document-${document.id}`, { environment, document }).arn,
      ]),
    );
    const those = (wanted: (id: string) => boolean) => [...arns].filter(([id]) => wanted(id)).map(([, arn]) => arn);
    return {
      steps: those((id) => acting.has(id)),
      flags: those((id) => flagReading.has(id)),
      checks: those((id) => looking.has(id)),
    };
  }
}
