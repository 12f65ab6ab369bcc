import type { Instant } from '../clock/clock.ts';
import type { AwsError } from '../wire/aws-error.ts';
import type { Caller } from '../wire/service.ts';
import { userIdentity } from './user-identity.ts';

/** A call to an action with its response or its error. */
export type ApiCall = {
  /** In IAM's spelling: `states:StartExecution`. */
  readonly action: string;
  readonly request: unknown;
  readonly caller: Caller;
} & ({ readonly response: unknown } | { readonly error: AwsError });

type Start = { readonly stateMachineArn?: string; readonly name?: string; readonly input?: string };
type Stop = { readonly executionArn?: string; readonly error?: string; readonly cause?: string };
type Response = { readonly executionArn?: string; readonly startDate?: number; readonly stopDate?: number };

/** The fields that CloudTrail adds to a call. */
type Recorded = {
  readonly at: Instant;
  readonly region: string;
  readonly accountId: string;
  readonly requestID: string;
  readonly eventID: string;
};

/**
 * Returns CloudTrail's record of a StartExecution or a StopExecution.
 *
 * Documented: the fields and their order of meaning (CloudTrail guide, "record contents"), and their values in the example
 * of CreateStateMachine (Step Functions guide, "Recording API calls with AWS CloudTrail", of 2024), which hides the
 * `definition` and writes dates as `May 1, 2024 1:23:45 AM`.
 *
 * Assumed: `input` is hidden likewise, and so are the `error` and `cause` of a stop (the API's model calls them sensitive; the
 * guide's own example of StartExecution, from 2016, still shows the input). A denied call has no parameters, and its error code lacks the ending `Exception`. A call
 * that fails for another reason has its parameters.
 */
export function executionRecord(call: ApiCall, { at, region, accountId, requestID, eventID }: Recorded) {
  const eventTime = new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const from = call.caller.invokedBy;
  const eventName = call.action.slice('states:'.length);
  const failure = 'error' in call ? failureOf(call.error) : undefined;
  return {
    eventVersion: '1.08',
    userIdentity: userIdentity(call.caller, eventTime),
    eventTime,
    eventSource: 'states.amazonaws.com',
    eventName,
    awsRegion: region,
    sourceIPAddress: from ?? '127.0.0.1',
    userAgent: from ?? 'not-recorded-here',
    ...failure,
    requestParameters: failure?.errorCode === 'AccessDenied' ? null : parametersOf(eventName, call.request),
    responseElements: 'response' in call ? responseElements(call.response as Response) : null,
    requestID,
    eventID,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  };
}

const parametersOf = (eventName: string, request: unknown) =>
  eventName === 'StopExecution' ? ofStop(request as Stop) : ofStart(request as Start);

/** Returns the parameters of a start. A name that Step Functions chose is only in the ARN of the response. */
const ofStart = ({ stateMachineArn, name, input }: Start) => ({
  ...hidden({ input }),
  stateMachineArn,
  ...(name === undefined ? {} : { name }),
});

const ofStop = ({ executionArn, error, cause }: Stop) => ({ ...hidden({ cause, error }), executionArn });

/** Returns sensitive parameters, of those that the request has. */
const hidden = (parameters: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, 'HIDDEN_DUE_TO_SECURITY_REASONS']],
    ),
  );

const responseElements = ({ executionArn, startDate, stopDate }: Response) => ({
  ...(executionArn === undefined ? {} : { executionArn }),
  ...(startDate === undefined ? {} : { startDate: formatted(startDate * 1000) }),
  ...(stopDate === undefined ? {} : { stopDate: formatted(stopDate * 1000) }),
});

const failureOf = ({ code, message }: AwsError) => ({
  errorCode: code.replace(/^AccessDeniedException$/, 'AccessDenied'),
  errorMessage: message,
});

// Made once: a format takes longer to make than to use.
const dates = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'medium' });
const times = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', timeStyle: 'medium' });

/** Formats an instant as `May 1, 2024 1:23:45 AM`, in UTC. */
function formatted(instant: Instant): string {
  return `${dates.format(instant)} ${times.format(instant)}`.replace(/\s/g, ' ');
}

/** CloudTrail's record of a call. */
export type ExecutionRecord = ReturnType<typeof executionRecord>;
