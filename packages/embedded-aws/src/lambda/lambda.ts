import { uuid } from '../clock/random.ts';
import { semaphore } from '../clock/semaphore.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Caller, Surroundings } from '../wire/service.ts';
import { FunctionFailure } from './function-failure.ts';
import { later, type SendFailure } from './later.ts';
import { type Runtime, startRuntime } from './runtime.ts';

/** A function as the template describes it. */
export type FunctionConfiguration = {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** The unpacked code asset and `index.handler`. */
  readonly folder: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** How many invocations may run at once; undefined: any number. */
  readonly reservedConcurrency?: number | undefined;
};

export type Invoked = { readonly payload: unknown; readonly version: string };

export type Lambda = ReturnType<typeof lambda>;

/** What Lambda says of itself: the account's CloudWatch and SQS listen. */
export type Reports = {
  /** A metric of AWS/Lambda. An invocation that was throttled is no invocation. */
  readonly counted: (metric: 'Invocations' | 'Errors' | 'Throttles', functionName: string) => void;
  readonly sendFailure: SendFailure;
};

/**
 * Runs the bundled functions, each in worker threads of its own.
 *
 * `environmentOf` gives what Lambda adds to a function's own variables: credentials of its role, region, endpoint.
 */
export function lambda(
  surroundings: Surroundings,
  environmentOf: (configuration: FunctionConfiguration) => Readonly<Record<string, string>>,
  { counted, sendFailure }: Reports = { counted: () => {}, sendFailure: () => {} },
) {
  const { clock, random, tell } = surroundings;
  const functions = new Map<string, FunctionConfiguration>();
  const versions = new Map<string, number>();
  const idle = new Map<string, Runtime[]>();
  const all = new Set<Runtime>();
  const initMilliseconds = new Map<string, number[]>();
  const running = new Map<string, number>();
  let invocations = 0;
  // One function computes at a time under the virtual clock, so that the same story is told twice the same way.
  const turn = clock instanceof VirtualClock ? semaphore(1) : semaphore(Number.POSITIVE_INFINITY);

  const find = (nameOrArn: string) => {
    const [, version = '$LATEST'] = nameOrArn.match(/function:[^:]+:(.+)$/) ?? [];
    const name = nameOrArn.match(/function:([^:]+)/)?.[1] ?? nameOrArn;
    const configuration = functions.get(name);
    const published = version === '$LATEST' || isPublished(version, versions.get(name) ?? 0);
    if (!configuration || !published)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    return { configuration, version };
  };

  const start = (configuration: FunctionConfiguration): Runtime => {
    const runtime = startRuntime({
      configuration,
      environment: { ...environmentOf(configuration), ...configuration.environment },
      clock,
      turn,
      ready: (milliseconds) =>
        initMilliseconds.set(configuration.name, [...(initMilliseconds.get(configuration.name) ?? []), milliseconds]),
      log: (line) => tell({ service: 'lambda', event: 'Logged', function: configuration.name, line }),
    });
    all.add(runtime);
    return runtime;
  };

  /** Throws where the function already runs as often as it may; the returned function gives the place back. */
  const enter = ({ name, reservedConcurrency = Number.POSITIVE_INFINITY }: FunctionConfiguration): (() => void) => {
    const now = running.get(name) ?? 0;
    if (now >= reservedConcurrency) {
      counted('Throttles', name);
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    running.set(name, now + 1);
    return () => running.set(name, (running.get(name) ?? 1) - 1);
  };

  /** One that broke while nobody used it is left behind. */
  const idleRuntime = (name: string): Runtime | undefined => {
    const alive = (idle.get(name) ?? []).filter((runtime) => runtime.alive());
    const found = alive.pop();
    idle.set(name, alive);
    return found;
  };

  /** Invokes and waits. Throws FunctionFailure for the function's own errors and its timeout. */
  const invoke = async (nameOrArn: string, payload: unknown, caller: Caller): Promise<Invoked> => {
    const { configuration, version } = find(nameOrArn);
    const { name, arn, roleArn } = configuration;
    const leave = enter(configuration);
    counted('Invocations', name);
    const runtime = idleRuntime(name) ?? start(configuration);
    const requestId = uuid(random, `lambda/${invocations++}`);
    tell({ service: 'lambda', event: 'Invoked', function: name, requestId, caller: caller.arn });
    const began = performance.now();
    const result = await runtime.invoke(payload, contextOf(configuration, version, requestId));
    leave();
    tell({
      service: 'lambda',
      event: 'Returned',
      function: name,
      requestId,
      milliseconds: performance.now() - began,
    });
    if (runtime.alive()) idle.set(name, [...(idle.get(name) ?? []), runtime]);
    else all.delete(runtime);
    if (!('error' in result)) return { payload: result.payload, version };
    counted('Errors', name);
    throw new FunctionFailure(result.error, { functionName: name, functionArn: arn, roleArn, version, requestId });
  };
  const asynchronous = later(surroundings, invoke, sendFailure);

  return {
    createFunction: (configuration: FunctionConfiguration) => void functions.set(configuration.name, configuration),

    publishVersion: (name: string): string => {
      const version = (versions.get(name) ?? 0) + 1;
      versions.set(name, version);
      return String(version);
    },

    /** Names and ARNs, as the template made them. */
    list: () => [...functions.values()],

    /** How long each runtime took to load its bundle, by function name. */
    initMilliseconds: () => Object.fromEntries(initMilliseconds),

    invoke,

    /** Takes an event and answers at once, as an asynchronous invocation does; throws where there is no such function. */
    invokeLater: (nameOrArn: string, event: unknown, caller: Caller): void => {
      find(nameOrArn);
      asynchronous.invoke(nameOrArn, event, caller);
    },

    sendFailuresTo: asynchronous.sendFailuresTo,

    close: async () => {
      await Promise.all([...all].map((runtime) => runtime.close()));
    },
  };
}

/** Versions are numbered from 1. */
const isPublished = (version: string, newest: number) => /^[1-9]\d*$/.test(version) && Number(version) <= newest;

const contextOf = (configuration: FunctionConfiguration, version: string, awsRequestId: string) => ({
  awsRequestId,
  functionName: configuration.name,
  functionVersion: version,
  invokedFunctionArn: version === '$LATEST' ? configuration.arn : `${configuration.arn}:${version}`,
  memoryLimitInMB: String(configuration.memoryMegabytes),
});
