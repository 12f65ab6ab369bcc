/** The part of Amazon States Language in JSONata mode that this product writes. */
export type StateMachine = {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly TimeoutSeconds: number;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
};

export type State = Task | Choice | Wait | Succeed | Fail;

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
  /**
   * The first rule is the happy path. The comment names the case in a few words: the console and the drawing show it.
   */
  readonly Choices: readonly { readonly Comment: string; readonly Condition: string; readonly Next: string }[];
  readonly Default: string;
};
/** Waits until an instant, ISO 8601. */
export type Wait = {
  readonly Type: 'Wait';
  readonly Comment: string;
  readonly Timestamp: string;
  readonly Next: string;
};
type Succeed = { readonly Type: 'Succeed'; readonly Comment: string };
export type Fail = { readonly Type: 'Fail'; readonly Comment: string; readonly Error: string; readonly Cause: string };

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

/** Returns a JSONata expression: `{% … %}`. */
export const expression = (text: string) => `{% ${text} %}`;

/** Returns an ending that is green in the console. */
export const succeedState = (comment: string): Succeed => ({ Type: 'Succeed', Comment: comment });

/**
 * Returns an ending that is red in the console. Its Cause is `$problem` with the heading of docs/runbook.md that
 * helps.
 */
export const failState = (error: string, heading: string, comment: string): Fail => ({
  Type: 'Fail',
  Comment: comment,
  Error: error,
  Cause: expression(`${keptProblem} & ' Runbook: docs/runbook.md#${heading}'`),
});

/** The fields of the calling execution that a function gets. */
export const thisExecution = {
  id: expression('$states.context.Execution.Id'),
  name: expression('$states.context.Execution.Name'),
  start_time: expression('$states.context.Execution.StartTime'),
  input: expression('$states.input'),
};

/**
 * Retries transient errors: the service was busy, or Lambda failed before, during or after the call.
 *
 * Every task may run twice, so all of these errors are retried, for at most 2 + 4 + 8 + 16 + 30 + 30 s. Each wait is a
 * random part of that, so that many executions do not retry together. A longer time would delay the page to a person,
 * which follows most tasks.
 */
export const transientErrors: Retrier = {
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
 * The caught error as one sentence, without the marks of an expression.
 *
 * The Cause of a Lambda error is JSON that contains the message, but not always JSON alone. For a function that died,
 * Step Functions writes "… Returned payload: {"errorMessage":"…"}" under Lambda.Unknown, and cuts off a long trace. The
 * expression therefore searches for the message instead of parsing the whole Cause, because no Catch handles an error in
 * the expressions of a Catch. Step Functions' own Cause, for example of a timeout, is plain text or absent.
 *
 * The order in [^\\"] matters: JSONata takes \\] for an escaped bracket, and the regular expression for unterminated.
 */
const sentenceIn = (cause: string, otherwise: string) =>
  String.raw`($cause := '' & ${cause}; $message := $match($cause, /"errorMessage"\s*:\s*("(?:[^\\"]|\\.)*")/, 1).groups[0]; $exists($message) ? $parse($message) : ${otherwise})`;

export const caught = sentenceIn(
  '$states.errorOutput.Cause',
  `$states.errorOutput.Error & ($cause = '' ? '' : ': ' & $cause)`,
);

/**
 * The Cause of the caught error as it is, for a catcher that many states have: a definition has at most 1 MB. The state that
 * follows makes a sentence of it (keptProblem).
 */
export const keptCause = expression("'' & $states.errorOutput.Cause");

/** The variable `problem` as one sentence, whether a Catch has kept a Cause in it or it is a sentence already. */
export const keptProblem = sentenceIn('$problem', '$cause');

export const caughtSentence = expression(caught);

/** The caught error after the name of its state, for readers who see nothing else. */
export const caughtAfterName = expression(`$states.context.State.Name & ': ' & ${caught}`);

/** The same, where the error of a failed step, which names its step, may be caught too. */
export const caughtInState = expression(
  `($states.errorOutput.Error = 'StepFailed' ? '' : $states.context.State.Name & ': ') & ${caught}`,
);

/** The same for an error that passes, with what happens next. An alarm's event has a `detail`; a person's input has none. */
export const caughtInOutage = expression(
  `$states.context.State.Name & ': ' & ${caught} & ($exists($states.input.detail) ? ' Reconcile starts a new rollback within two minutes while the alarm is red.' : ' Start it again.')`,
);

/** Returns a task that invokes a published function version. `assign` keeps parts of the result in variables. */
export function invokeState(task: {
  readonly comment: string;
  readonly function: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly assign?: Readonly<Record<string, unknown>>;
  readonly timeoutSeconds: number | string;
  readonly retry?: readonly Retrier[];
  /** The retries of transient errors, if other than the default. */
  readonly transientErrors?: Retrier;
  readonly catch: readonly Catcher[];
  readonly next: string;
  /** The machine goes on as soon as Lambda has the event. Lambda runs the function up to three times. */
  readonly beside?: true;
}): Task {
  return {
    Type: 'Task',
    Comment: task.comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: `\${${task.function}}`,
      Payload: task.payload,
      ...(task.beside ? { InvocationType: 'Event' } : {}),
    },
    ...(task.assign ? { Assign: task.assign } : {}),
    Output: task.beside ? {} : expression('$states.result.Payload'),
    TimeoutSeconds: task.timeoutSeconds,
    Retry: [...(task.retry ?? []), task.transientErrors ?? transientErrors],
    Catch: task.catch,
    Next: task.next,
  };
}
