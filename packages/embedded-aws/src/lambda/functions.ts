import { AwsError } from '../wire/aws-error.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** The version of a function that a name or an ARN refers to. */
export type FunctionVersion = { readonly configuration: FunctionConfiguration; readonly version: string };

/** The functions of the account and their published versions. */
export class Functions {
  readonly #functions = new Map<string, FunctionConfiguration>();
  /** The number of the newest version, by function name. */
  readonly #newest = new Map<string, number>();

  create(configuration: FunctionConfiguration): void {
    this.#functions.set(configuration.name, configuration);
  }

  publishVersion(name: string): string {
    const version = (this.#newest.get(name) ?? 0) + 1;
    this.#newest.set(name, version);
    return String(version);
  }

  /** Returns all functions in the order of their creation. */
  list(): readonly FunctionConfiguration[] {
    return [...this.#functions.values()];
  }

  /** Throws ResourceNotFoundException if there is no such function or version. */
  find(nameOrArn: string): FunctionVersion {
    const [, version = '$LATEST'] = nameOrArn.match(/function:[^:]+:(.+)$/) ?? [];
    const name = nameOrArn.match(/function:([^:]+)/)?.[1] ?? nameOrArn;
    const configuration = this.#functions.get(name);
    const published = version === '$LATEST' || isPublished(version, this.#newest.get(name) ?? 0);
    if (!configuration || !published) {
      const qualified = nameOrArn.endsWith(`:${version}`) ? nameOrArn : `${nameOrArn}:${version}`;
      throw new AwsError('ResourceNotFoundException', `Function not found: ${qualified}`, 404);
    }
    return { configuration, version };
  }
}

/** Version numbers begin at 1. */
const isPublished = (version: string, newest: number) => /^[1-9]\d*$/.test(version) && Number(version) <= newest;
