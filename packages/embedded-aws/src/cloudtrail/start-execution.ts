import type { Instant } from '../clock/clock.ts';
import type { AwsError } from '../wire/aws-error.ts';
import type { Caller } from '../wire/service.ts';
import { userIdentity } from './user-identity.ts';

/** A call to an action, and what it came to: an answer, or the error it was answered. */
export type ApiCall = {
  /** As IAM spells it: `states:StartExecution`. */
  readonly action: string;
  readonly request: unknown;
  readonly caller: Caller;
} & ({ readonly answer: unknown } | { readonly error: AwsError });

type Request = { readonly stateMachineArn?: string; readonly name?: string; readonly input?: string };
type Answer = { readonly executionArn: string; readonly startDate: number };

/** What CloudTrail adds to a call. */
type Recorded = {
  readonly at: Instant;
  readonly region: string;
  readonly accountId: string;
  readonly requestID: string;
  readonly eventID: string;
};

/**
 * CloudTrail's record of a StartExecution.
 *
 * Documented: the fields and their order of meaning (CloudTrail guide, "record contents"), and their values in the example
 * of CreateStateMachine (Step Functions guide, "Recording API calls with AWS CloudTrail", of 2024), which hides the
 * `definition` and writes dates as `May 1, 2024 1:23:45 AM`. Believed: that `input` is hidden likewise (the API's model
 * calls it sensitive; the guide's own example of StartExecution, from 2016, still shows it), that a denied call has
 * neither its parameters nor the `Exception` of its code, and that what fails otherwise has its parameters.
 */
export function startExecutionRecord(call: ApiCall, { at, region, accountId, requestID, eventID }: Recorded) {
  const eventTime = new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const from = call.caller.invokedBy;
  const failure = 'error' in call ? failureOf(call.error) : undefined;
  return {
    eventVersion: '1.08',
    userIdentity: userIdentity(call.caller, eventTime),
    eventTime,
    eventSource: 'states.amazonaws.com',
    eventName: 'StartExecution',
    awsRegion: region,
    sourceIPAddress: from ?? '127.0.0.1',
    userAgent: from ?? 'not-recorded-here',
    ...failure,
    requestParameters: failure?.errorCode === 'AccessDenied' ? null : parameters(call.request as Request),
    responseElements: 'answer' in call ? response(call.answer as Answer) : null,
    requestID,
    eventID,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  };
}

/** A name that the caller left to Step Functions is not in the request; the ARN in the response has it. */
const parameters = ({ stateMachineArn, name, input }: Request) => ({
  ...(input === undefined ? {} : { input: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
  stateMachineArn,
  ...(name === undefined ? {} : { name }),
});

const response = ({ executionArn, startDate }: Answer) => ({ executionArn, startDate: spelled(startDate * 1000) });

const failureOf = ({ code, message }: AwsError) => ({
  errorCode: code.replace(/^AccessDeniedException$/, 'AccessDenied'),
  errorMessage: message,
});

/** `May 1, 2024 1:23:45 AM`, in UTC. */
function spelled(instant: Instant): string {
  const style = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(instant);
  return `${style({ dateStyle: 'medium' })} ${style({ timeStyle: 'medium' })}`.replace(/\s/g, ' ');
}
