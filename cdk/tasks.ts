import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Version } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Environment } from '../domain/environment.ts';
import { bundleFunctions } from './bundle.ts';
import { addToHistory, lookAtFleet, putHostVerdicts, runOnFleet, seeExecutions, useState } from './permissions.ts';
import type { Tables } from './tables.ts';
import { TaskFunction } from './task-function.ts';

export interface TasksProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly tables: Tables;
  /** ARNs of the documents that change hosts, and of those that only look. */
  readonly steps: readonly string[];
  readonly checks: readonly string[];
}

/** Every function, by the `${Name}` under which the state machines call it, each with the least it needs. */
export class Tasks extends Construct {
  readonly versions: Readonly<Record<string, Version>>;

  constructor(scope: Construct, id: string, { environmentName, environment, tables, steps, checks }: TasksProps) {
    super(scope, id);
    const { state, history } = tables;
    const bundles = bundleFunctions();
    const task = (name: string, seconds: number, may: readonly PolicyStatement[]): [string, Version] => {
      const code = bundles[name];
      if (!code) throw new Error(`lambdas/${name}/index.ts does not exist.`);
      const variables = {
        STATE_TABLE: state.tableName,
        HISTORY_TABLE: history.tableName,
        FLEET_TAG_KEY: environment.fleet.tag.key,
        FLEET_TAG_VALUE: environment.fleet.tag.value,
      };
      const timeout = Duration.seconds(seconds);
      return [
        pascal(name),
        new TaskFunction(this, pascal(name), { environment: environmentName, name, code, timeout, variables, may })
          .version,
      ];
    };
    this.versions = Object.fromEntries([
      task('open-rollback', 50, [
        useState(state, 'GetItem', 'PutItem'),
        addToHistory(history),
        ...lookAtFleet([...steps, ...checks]),
      ]),
      task('take-the-fleet', 50, [useState(state, 'GetItem', 'PutItem', 'UpdateItem'), addToHistory(history)]),
      task('run-on-hosts', 300, [
        useState(state, 'GetItem', 'PutItem', 'UpdateItem'),
        addToHistory(history),
        putHostVerdicts(history),
        ...runOnFleet(this, steps, environment),
      ]),
      task('confirm-recovery', 300, [
        useState(state, 'GetItem', 'PutItem', 'UpdateItem'),
        addToHistory(history),
        putHostVerdicts(history),
        ...runOnFleet(this, checks, environment),
      ]),
      task('close-rollback', 50, [useState(state, 'GetItem', 'DeleteItem'), addToHistory(history)]),
      task('release-the-fleet', 50, [
        useState(state, 'GetItem', 'DeleteItem'),
        addToHistory(history),
        seeExecutions(this, environmentName),
      ]),
    ]);
  }
}

const pascal = (name: string) => name.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
