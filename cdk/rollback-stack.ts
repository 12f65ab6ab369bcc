import { Aspects, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Infra } from '../config/infra.ts';
import type { FlagValue } from '../domain/flag.ts';
import type { Environment } from '../domain/infra/environment.ts';
import { AppendOnlyHistory } from './append-only-history.ts';
import { DeadLetters } from './dead-letters.ts';
import { Documents } from './documents.ts';
import { EveryMinute } from './every-minute.ts';
import { FlagLayers } from './flag-layers.ts';
import { KeptOnceMade } from './kept-once-made.ts';
import { Machine } from './machine.ts';
import { Operators } from './operators.ts';
import { People } from './people/people.ts';
import { Phase } from './phase.ts';
import { ProductAlarms } from './product-alarms.ts';
import { StartedRule } from './started-rule.ts';
import { Tables } from './tables.ts';
import { Tasks } from './tasks/tasks.ts';

export interface RollbackStackProps extends StackProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly infra: Infra;
  readonly firstFlags: Readonly<Record<string, FlagValue | null>>;
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
    Aspects.of(this).add(new KeptOnceMade());
    const flags = new FlagLayers(this, 'Flags', named);
    const operators = new Operators(this, 'Operators', named);
    const ofAlarms = new DeadLetters(this, 'DeadLetters', {
      ...named,
      name: 'dead-letters',
      rules: 'phase-*',
      kept: Duration.days(14),
    });
    const ofReconcile = new DeadLetters(this, 'ReconcileDeadLetters', {
      ...named,
      name: 'reconcile-dead-letters',
      rules: 'every-minute',
      kept: Duration.hours(1), // a minute that was lost is made good by the next: only as long as it helps to find out why
    });
    const ofPrincipals = new DeadLetters(this, 'PrincipalDeadLetters', {
      ...named,
      name: 'principal-dead-letters',
      rules: 'started',
      kept: Duration.days(14),
    });
    const deadLetters = {
      ofAlarms: ofAlarms.queue,
      ofReconcile: ofReconcile.queue,
      ofPrincipals: ofPrincipals.queue,
    };
    const phases = infra.runbooks.map(({ phase }) => phase);
    const { fleet } = environment;
    new People(this, 'People', { ...named, fleet, tables, flags, deadLetters: Object.values(deadLetters) });
    const tasks = new Tasks(this, 'Tasks', {
      environmentName,
      environment,
      tables,
      flags,
      operators,
      triggers,
      firstFlags,
      templates,
      phases,
      documents: new Documents(this, 'Documents', { ...named, infra }).arns,
    });
    const machines = new Map(
      Object.entries(definitions).map(([name, definition]) => {
        const phase = phases.find((one) => name === `phase-${one}`);
        const common = { environmentName, environment, definition, tasks: tasks.versions };
        const { stateMachine } =
          phase === undefined
            ? new Machine(this, `Machine-${name}`, { ...common, name })
            : new Phase(this, `Phase-${phase}`, { ...common, phase, triggers, deadLetters: ofAlarms.ofRules });
        return [name, stateMachine];
      }),
    );
    new EveryMinute(this, 'EveryMinute', {
      ...named,
      functions: [tasks.reconcile, tasks.seedFlags],
      deadLetters: ofReconcile,
    });
    new StartedRule(this, 'Started', { ...named, attach: tasks.attachPrincipal, deadLetters: ofPrincipals });
    const { functions } = tasks;
    new ProductAlarms(this, 'Alarms', { ...named, tell: operators.topic, machines, functions, deadLetters });
  }
}
