/** Amazon States Language in JSONata mode, as far as this product writes it. */
export type StateMachine = {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly TimeoutSeconds: number;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
};

export type State = Task | Choice | Succeed | Fail;

export type Task = {
  readonly Type: 'Task';
  readonly Comment: string;
  readonly Resource: string;
  readonly Arguments: unknown;
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly Output: unknown;
  readonly TimeoutSeconds: number | string;
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
  readonly Next: string;
};
export type Choice = {
  readonly Type: 'Choice';
  readonly Comment: string;
  /** The first is the happy path. The comment is the answer, in a word or a few: the console and the drawing show it. */
  readonly Choices: readonly { readonly Comment: string; readonly Condition: string; readonly Next: string }[];
  readonly Default: string;
};
type Succeed = { readonly Type: 'Succeed'; readonly Comment: string };
type Fail = { readonly Type: 'Fail'; readonly Comment: string; readonly Error: string; readonly Cause: string };

export type Retrier = {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL';
};
export type Catcher = {
  readonly ErrorEquals: readonly string[];
  readonly Assign: Readonly<Record<string, unknown>>;
  readonly Next: string;
};

/** `{% … %}`: a JSONata expression. */
export const expression = (text: string) => `{% ${text} %}`;

/** Returns an ending that is green in the console. */
export const succeedState = (comment: string): Succeed => ({ Type: 'Succeed', Comment: comment });

/** An ending that is red in the console: its Cause is `$problem`, and where docs/runbook.md says what to do. */
export const failState = (error: string, heading: string, comment: string): Fail => ({
  Type: 'Fail',
  Comment: comment,
  Error: error,
  Cause: expression(`$string($problem) & ' Runbook: docs/runbook.md#${heading}'`),
});

/** What a function is told of the execution that calls it. */
export const thisExecution = {
  id: expression('$states.context.Execution.Id'),
  name: expression('$states.context.Execution.Name'),
  start_time: expression('$states.context.Execution.StartTime'),
  input: expression('$states.input'),
};

/**
 * What passes by itself: the service was busy, or Lambda failed before, during or after the call. Every task may run
 * twice, so all of it is retried: 2 + 4 + 8 + 16 + 30 + 30 s at the most, each cut to a random part so that many
 * executions do not come back together. Longer would keep a page from a person: most tasks stand before one.
 */
export const passing: Retrier = {
  ErrorEquals: [
    'Lambda.TooManyRequestsException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
    'Runtime.ExitError',
    'TimeoutError',
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'InternalServerError', // DynamoDB, Systems Manager
    'InternalServerException', // AppConfig
    'InternalServiceFault', // CloudWatch
    'InternalErrorException', // SNS
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'RequestLimitExceeded',
  ],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 30,
  MaxAttempts: 6,
  JitterStrategy: 'FULL',
};

/**
 * The caught error as one sentence. A Lambda's Cause is JSON with the message inside, but not always JSON alone: of a
 * function that died, Step Functions says "… Returned payload: {"errorMessage":"…"}" under Lambda.Unknown, and a long
 * trace is cut off. So the message is looked for, not parsed out of the whole: a Catch's own expressions are caught by
 * nothing. Step Functions' own Cause (a timeout) is plain text or absent. ([^\\"] in this order: JSONata takes \\] for
 * an escaped bracket, and the expression for one without an end.)
 */
const caught = String.raw`($cause := '' & $states.errorOutput.Cause; $message := $match($cause, /"errorMessage"\s*:\s*("(?:[^\\"]|\\.)*")/, 1).groups[0]; $exists($message) ? $parse($message) : $states.errorOutput.Error & ($cause = '' ? '' : ': ' & $cause))`;

export const caughtSentence = expression(caught);

/** The same, with the state it was caught in, for a reader who sees nothing else; a failed step names itself. */
export const caughtInState = expression(
  `($states.errorOutput.Error = 'StepFailed' ? '' : $states.context.State.Name & ': ') & ${caught}`,
);

/** A task of this product: a published function version, its payload, what is kept of its answer. */
export function invokeState(task: {
  readonly comment: string;
  readonly function: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly assign?: Readonly<Record<string, unknown>>;
  readonly timeoutSeconds: number | string;
  readonly retry?: readonly Retrier[];
  /** How long it waits for what passes by itself. */
  readonly passing?: Retrier;
  readonly catch: readonly Catcher[];
  readonly next: string;
}): Task {
  return {
    Type: 'Task',
    Comment: task.comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: `\${${task.function}}`, Payload: task.payload },
    ...(task.assign ? { Assign: task.assign } : {}),
    Output: expression('$states.result.Payload'),
    TimeoutSeconds: task.timeoutSeconds,
    Retry: [...(task.retry ?? []), task.passing ?? passing],
    Catch: task.catch,
    Next: task.next,
  };
}
