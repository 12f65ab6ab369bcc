import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { functionNames } from '../../../cdk/tasks/bundle.ts';
import { localStack, reviewedSynthesis, root } from '../synthesized.ts';

const stack = await localStack();
const withChatAndPager = (await reviewedSynthesis('paged')).stack();
const lambdas = join(root, 'lambdas');

/** The prefix of IAM's actions, by the SDK package that has the service's commands. */
const prefixes: Readonly<Record<string, string>> = {
  '@aws-sdk/client-appconfig': 'appconfig',
  '@aws-sdk/client-cloudwatch': 'cloudwatch',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  '@aws-sdk/client-eventbridge': 'events',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-sfn': 'states',
  '@aws-sdk/client-sns': 'sns',
  '@aws-sdk/client-ssm': 'ssm',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
};

/** Returns the files that an entry point imports, at any depth, itself included. */
function reached(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g))
    reached(join(dirname(file), path), found);
  return found;
}

/** Returns the IAM actions of the commands that a file imports as values, such as `ssm:SendCommand`. */
function calledIn(file: string): string[] {
  const imports = readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from '([^']+)'/g);
  return [...imports].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map((name) => name.trim().match(/^(?:paginate(\w+)|(\w+)Command)$/))
      .flatMap((match) =>
        match && prefixes[from] ? [`${prefixes[from]}:${apiName(from, match[1] ?? match[2] ?? '')}`] : [],
      ),
  );
}

/**
 * The document client's commands leave out `Item`; Query and Scan have the same name in both. A transaction needs the
 * permission of what it holds: ours hold puts.
 */
function apiName(from: string, name: string): string {
  if (name === 'TransactWrite') return 'PutItem';
  if (name === 'PutEvents') return name;
  if (name === 'ListObjectsV2') return 'ListBucket'; // S3 user guide, "Required permissions for S3 API operations"
  return from === '@aws-sdk/lib-dynamodb' && !['Query', 'Scan'].includes(name) ? `${name}Item` : name;
}

/** Functions that only an environment with a chat and a pager has. */
const onlyPaged = ['call-the-pager', 'post-to-chat'];

const rightsOf = (name: string) =>
  onlyPaged.includes(name)
    ? withChatAndPager.allowed(`rollback-paged-${name}`)
    : stack.allowed(`rollback-local-${name}`);

/** Returns the actions that the role of a function allows. */
const allowed = (name: string) => new Set(rightsOf(name).flatMap((line) => line.match(/^Allow (\S+)/)?.slice(1) ?? []));

/**
 * Actions that a function's code contains and never calls, because a store or client that it uses has more methods than it
 * needs. An action that is called and missing in the role is a fault: a caught denial would hide it.
 */
const notCalled: Readonly<Record<string, readonly string[]>> = {
  'confirm-recovery': ['ssm:DescribeDocument', 'ssm:GetDocument'], // documents are read when a rollback opens
  'flip-flag': ['ssm:DescribeDocument', 'ssm:GetDocument'],
  'run-on-hosts': ['ssm:DescribeDocument', 'ssm:GetDocument'],
  // Hosts' verdicts, which it reads only, and tokens, which it leaves to the rollback.
  // The history, which it reads only; with what waits for its table.
  'write-page': ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem'],
  'export-history': ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem'],
  'publish-transitions': ['dynamodb:BatchWriteItem'],
  // An override stops what holds it up; one deployment of a known instant; claims, which it only reads.
  'set-the-flag': ['appconfig:StopDeployment', 'dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem'],
  'set-the-brakes': ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], // one deployment of a known instant; claims, of which it queries the open ones
  'send-message': ['dynamodb:UpdateItem'], // the row window, which an ending closes
  // The lock, which a check does not take; documents are listed when a rollback opens.
  'look-at-hosts': ['dynamodb:DeleteItem', 'dynamodb:UpdateItem', 'ssm:ListDocuments'],
  'prepare-the-hosts': ['dynamodb:DeleteItem', 'dynamodb:UpdateItem', 'ssm:ListDocuments'], // as look-at-hosts
  // Files of which they use types only; hosts that are seen, which they read only; commands that are over by themselves.
  'halt-the-hosts': [
    ...['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
      (one) => `dynamodb:${one}`,
    ),
    ...['CancelCommand', 'GetCommandInvocation', 'ListDocuments'].map((one) => `ssm:${one}`),
  ],
  'resume-the-hosts': [
    ...['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'UpdateItem'].map((one) => `dynamodb:${one}`),
    ...['CancelCommand', 'GetCommandInvocation', 'ListDocuments'].map((one) => `ssm:${one}`),
  ],
  // As look-at-hosts.
  'check-readiness': ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
  'confirm-contacts': ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], // the confirmation, which readiness reads
  'ask-a-person': ['dynamodb:UpdateItem'], // the end of a rollback among the recent ones, which its closing stores
  'check-documents': ['ssm:DescribeInstanceInformation'], // hosts are another matter
  'plan-the-rollback': ['dynamodb:UpdateItem'], // the lock, which a plan does not take
  reconcile: [
    'ssm:DescribeDocument', // documents are read when a rollback opens
    'ssm:GetCommandInvocation',
    'ssm:GetDocument',
    'ssm:SendCommand', // it cancels commands only
  ],
  // Hosts that are forgotten, and changes of items that other functions make; a look is over by itself, and its verdicts are short.
  'watch-the-fleet': [
    ...['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
    ...['ssm:CancelCommand', 'ssm:GetCommandInvocation'],
  ],
  'follow-the-rollback': ['dynamodb:UpdateItem'], // the end of a rollback among the recent ones
  'remind-of-tasks': ['dynamodb:BatchWriteItem'], // hosts' verdicts
  'record-deployment': ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'], // a brake is lifted by a person only
  'call-the-pager': ['dynamodb:BatchWriteItem', 'dynamodb:PutItem'], // it reads events only
  'release-the-fleet': ['dynamodb:UpdateItem'], // taking and touching the fleet's lock
  // Overrides of the safety layer.
  'seed-flags': ['appconfig:GetDeployment', 'appconfig:GetHostedConfigurationVersion', 'appconfig:StopDeployment'],
};

test.each(functionNames())('%s may do every action that its code calls', (name) => {
  const called = new Set([...reached(join(lambdas, name, 'index.ts'))].flatMap(calledIn));
  const may = allowed(name);
  expect([...called].filter((action) => !may.has(action)).toSorted()).toEqual(notCalled[name] ?? []);
});
