import { infraFolder } from '../../config/infra-folder.ts';
import type { ConnectedTables } from './clients.ts';

/** A failure of a call, and where it happened. */
type Failure = Pick<ConnectedTables, 'name' | 'environment' | 'profile'> & {
  readonly code: string;
  readonly message: string;
};

/** The failures that have one cause and one remedy, the first that matches counts: what the SDK or AWS says, and the sentence. */
const known: readonly (readonly [RegExp, (failure: Failure) => string])[] = [
  [/ECONNREFUSED/, refused],
  [
    /SSO session|Token is expired|ExpiredToken|session has expired|reauthenticate|re-authenticate|expired credentials/,
    expired,
  ],
  [/Could not resolve credentials using profile|Profile \S+ (was not|could not be) found/, noSuchProfile],
  [
    /Could not load credentials from any providers/,
    () =>
      'No AWS credentials were found. Sign in, and name your profile by --profile NAME or AWS_PROFILE:\n  aws sso login --profile NAME',
  ],
  [
    /multi-factor authentication/,
    ({ profile }) =>
      `Profile ${profile} needs a code of its MFA device. Have the AWS CLI ask for it, then run the command again without --profile and AWS_PROFILE:\n  eval "$(aws configure export-credentials --profile ${profile} --format env)"`,
  ],
  [/CredentialsProviderError|TokenProviderError/, ({ message }) => `The credentials cannot be loaded: ${message}`],
  [
    /UnrecognizedClientException|InvalidClientTokenId/,
    ({ name, environment, message }) =>
      environment.endpoint
        ? `${message} Set AWS_ACCESS_KEY_ID to a name, or to NAME@POLICY.`
        : `AWS does not know these credentials in region ${environment.region} of environment ${name}. Choose others (--profile NAME); if they are right, enable the region for the account.`,
  ],
  [
    /InvalidSignatureException|SignatureDoesNotMatch/,
    () =>
      'AWS refused the signature. Set the clock of this machine; if it is right, the secret access key is wrong: choose other credentials (--profile NAME).',
  ],
  [/AccessDenied/, denied],
  [
    /Throttl|ThroughputExceeded|RequestLimitExceeded|TooManyRequests/,
    ({ code, message }) =>
      `AWS throttles the calls (${code}: ${message}); the SDK has retried. Run the command again in a minute.`,
  ],
  [/StateMachineDoesNotExist|ResourceNotFoundException/, notDeployed],
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|TimeoutError/,
    ({ code, message }) =>
      `AWS is unreachable from here (${code}: ${message}). Check network, VPN and AWS_ENDPOINT_URL, then run the command again.`,
  ],
];

/** Returns the sentence for an error of the SDK or of AWS: what is wrong, and what to do. */
export function accountSentence(
  error: unknown,
  place: Pick<ConnectedTables, 'name' | 'environment' | 'profile'>,
): string {
  const { name: code, message } = error as Error;
  const { cause, code: errno } = error as { readonly cause?: unknown; readonly code?: unknown };
  const text = [code, message, cause, errno].join(' ');
  const failure = { ...place, code, message };
  return known.find(([says]) => says.test(text))?.[1](failure) ?? `${code}: ${message}`;
}

/**
 * Every command that changes something does so by one execution, and reads nothing of AWS's before: without its start nothing
 * has changed. A call that reads may be denied behind a start, so of that nothing is said.
 */
function denied({ name, code, message }: Failure): string {
  const [, action, resource = ''] = /perform: (\S+)(?: on resource: (\S+))?/.exec(message) ?? [];
  if (action !== 'states:StartExecution')
    return `No permission (${code}: ${message}). What each policy of the product allows: docs/decisions/what-people-may-do.md`;
  const machine = /stateMachine:(\S+)/.exec(resource)?.[1] ?? 'this machine';
  const policies = policiesOf(machine.replace(`rollback-${name}-`, '')).map((one) => `rollback-${name}-${one}`);
  return `No permission to start ${machine}, which ${policies.join(' and ')} allow${policies.length === 1 ? 's' : ''} (docs/decisions/what-people-may-do.md); nothing was changed (${code}: ${message}).`;
}

/** The policies of people that may start a machine (cdk/people). */
function policiesOf(machine: string): readonly string[] {
  if (machine === 'record-deployment') return ['deployer'];
  return ['annotate', 'review', 'decide'].includes(machine) ? ['operator', 'approver'] : ['operator'];
}

function refused({ name, environment }: Failure): string {
  const overridden = process.env['AWS_ENDPOINT_URL'];
  return environment.endpoint
    ? `No embedded account is open at ${overridden ?? environment.endpoint}. Open one in another terminal:\n  npm run local`
    : `Environment ${name} is unreachable: ${overridden ?? 'AWS'} refused the connection. Check the network and AWS_ENDPOINT_URL.`;
}

function expired({ profile, message }: Failure): string {
  const login = message.includes('aws login') ? 'aws login' : 'aws sso login';
  return profile === undefined
    ? `The AWS session has expired. Get new credentials, for example by:\n  ${login}`
    : `The AWS session of profile ${profile} has expired. Sign in again:\n  ${login} --profile ${profile}`;
}

function noSuchProfile({ profile, message }: Failure): string {
  return `Profile ${profile ?? 'default'} has no credentials (${message}). List the profiles of this machine:\n  aws configure list-profiles`;
}

function notDeployed({ name, environment, code, message }: Failure): string {
  if (environment.endpoint) return `${code}: ${message}`;
  const { account, region } = environment;
  return `Environment ${name} is not deployed in account ${account}, region ${region} (${code}: ${message}). Deploy it (docs/deploy.md), or correct ${infraFolder}/environments/${name}.yaml.`;
}
