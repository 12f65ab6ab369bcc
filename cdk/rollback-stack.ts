import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/environment.ts';
import type { HostDocument as Document } from '../statemachines/host-document.ts';
import { HostDocument } from './host-document.ts';
import { Machine } from './machine.ts';
import { Tables } from './tables.ts';
import { Tasks } from './tasks.ts';

export interface RollbackStackProps extends StackProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly documents: readonly Document[];
  /** Documents that only look at hosts, by id. */
  readonly checks: ReadonlySet<string>;
  /** Rendered definitions by machine name. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** What is placed, and who may reach whom. */
export class RollbackStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { environmentName, environment, documents, checks, definitions, ...props }: RollbackStackProps,
  ) {
    super(scope, id, props);
    const tables = new Tables(this, 'Tables', { environment: environmentName });
    const arnOf = (document: Document) =>
      new HostDocument(this, `Document-${document.id}`, { environment: environmentName, document }).arn;
    const steps = documents.filter((document) => !checks.has(document.id)).map(arnOf);
    const looks = documents.filter((document) => checks.has(document.id)).map(arnOf);
    const tasks = new Tasks(this, 'Tasks', { environmentName, environment, tables, steps, checks: looks });
    for (const [name, definition] of Object.entries(definitions))
      new Machine(this, `Machine-${name}`, { environmentName, environment, name, definition, tasks: tasks.versions });
  }
}
