import { uuid } from '../clock/random.ts';
import type { FunctionFaults } from '../faults/function-faults.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Caller, Surroundings } from '../wire/service.ts';
import { concurrency } from './concurrency.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { FunctionFailure } from './function-failure.ts';
import { Functions, type FunctionVersion } from './functions.ts';
import { later, type SendFailure } from './later.ts';
import type { FunctionError } from './protocol.ts';
import { type Environments, type KeepLine, runtimePool } from './runtime-pool.ts';

export type Invoked = { readonly payload: unknown; readonly version: string; readonly requestId: string };

export type Lambda = ReturnType<typeof lambda>;

/** The reports of Lambda to the account's CloudWatch and SQS. */
export type Reports = {
  /** Counts one for a metric of AWS/Lambda. A throttled call counts as Throttles, not as Invocations. */
  readonly counted: (
    metric: 'Invocations' | 'Errors' | 'Throttles' | 'AsyncEventsDropped',
    functionName: string,
  ) => void;
  readonly sendFailure: SendFailure;
  /** The injected faults of functions; absent: none. */
  readonly faults?: FunctionFaults;
  readonly keepLine?: KeepLine;
};

/** Runs the functions of the account. */
export function lambda(
  surroundings: Surroundings,
  environments: Environments,
  { counted, sendFailure, faults, keepLine = () => {} }: Reports = { counted: () => {}, sendFailure: () => {} },
) {
  const { random, tell } = surroundings;
  const functions = new Functions();
  const pool = runtimePool(surroundings, environments, keepLine);
  const throttled = throttling(counted);
  const enter = concurrency(throttled);
  let invocations = 0;

  /** Invokes a function and waits. Throws FunctionFailure for the function's own errors and for its timeout. */
  const invoke = async (nameOrArn: string, payload: unknown, caller: Caller): Promise<Invoked> => {
    const found = functions.find(nameOrArn);
    const { name, arn, roleArn } = found.configuration;
    if (faults?.throttles(name)) throttled(name);
    const leave = enter(found.configuration);
    counted('Invocations', name);
    const runtime = pool.take(found.configuration);
    const requestId = uuid(random, `lambda/${invocations++}`);
    tell({ service: 'lambda', event: 'Invoked', function: name, requestId, caller: caller.arn });
    const began = performance.now();
    const running = runtime.invoke(payload, contextOf(found, requestId));
    const unfollow = faults?.follow(name, (crashes) => runtime.kill(crashes ? crashed(requestId) : undefined));
    const result = await running;
    unfollow?.();
    leave();
    const milliseconds = performance.now() - began;
    tell({ service: 'lambda', event: 'Returned', function: name, requestId, milliseconds });
    pool.giveBack(name, runtime);
    const { version } = found;
    if (!('error' in result)) return { payload: result.payload, version, requestId };
    counted('Errors', name);
    throw new FunctionFailure(result.error, { functionName: name, functionArn: arn, roleArn, version, requestId });
  };
  const asynchronous = later(surroundings, invoke, {
    send: sendFailure,
    dropped: (name) => counted('AsyncEventsDropped', name),
  });

  return {
    createFunction: (configuration: FunctionConfiguration) => functions.create(configuration),
    publishVersion: (name: string): string => functions.publishVersion(name),
    /** Replaces the variables of a function. Later invocations have a new environment. */
    configure: (name: string, environment: FunctionConfiguration['environment']): void => {
      functions.create({ ...functions.find(name).configuration, environment });
      pool.drop(name);
    },
    list: () => functions.list(),
    initMilliseconds: pool.initMilliseconds,
    invoke,

    /** Accepts an event for an asynchronous invocation and returns at once. Throws if there is no such function. */
    invokeLater: accepting(functions, asynchronous.invoke),
    /** The same for a task of a state machine. */
    invokeAsTask: accepting(functions, asynchronous.invokeAsTask),
    sendFailuresTo: asynchronous.sendFailuresTo,
    close: pool.close,
  };
}

type Begin = (nameOrArn: string, event: unknown, caller: Caller) => void;

const accepting =
  (functions: Functions, begin: Begin): Begin =>
  (nameOrArn, event, caller) => {
    functions.find(nameOrArn);
    begin(nameOrArn, event, caller);
  };

/** Returns a function that counts a throttled call and throws Lambda's error for it. */
const throttling =
  (counted: Reports['counted']) =>
  (name: string): never => {
    counted('Throttles', name);
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  };

/** Returns Lambda's own error for a runtime that ended in the middle of an invocation. */
const crashed = (requestId: string): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited without providing a reason`,
  trace: [],
});

const contextOf = ({ configuration, version }: FunctionVersion, awsRequestId: string) => ({
  awsRequestId,
  functionName: configuration.name,
  functionVersion: version,
  invokedFunctionArn: version === '$LATEST' ? configuration.arn : `${configuration.arn}:${version}`,
  memoryLimitInMB: String(configuration.memoryMegabytes),
});
