/**
 * Why a statement has a `*`, by its Sid: what a reviewer reads beside it, in the template and in the IAM console.
 *
 * "Names no resource" is the Service Authorization Reference's: the action has no resource type, so IAM takes only `*`.
 */
export const wildcards = {
  CommandsNameNoResource:
    'Reading and cancelling commands names no resource. What can be cancelled is a command whose id is known.',
  AgentsNameNoResource: 'DescribeInstanceInformation names no resource; it reads inventory only.',
  OnlyTaggedInstances:
    'Which instances exist is not known to a template. The fleet’s tag is the limit, and the frozen ids are the targets.',
  EveryAlarmIsAsked: 'DescribeAlarms by a prefix of names is judged on all alarms of the account; it only reads.',
  MetricsNameNoResource: 'Reading metrics names no resource that a template could know; it only reads.',
  VersionsAreNumbered: 'AppConfig numbers the versions of this one profile when they are made.',
  DeploymentsAreNumbered: 'AppConfig numbers the deployments of this one environment when they are started.',
  ExecutionsAreNamedAtStart:
    'An execution is named when it starts; its machine is one of this product and environment.',
  RunningExecutionsAreStopped: 'An execution is named when it starts; stopping one is its phase’s operator’s to do.',
  RunningVersionsAreCalled:
    'Executions that began before a deployment go on calling the version of these functions they began with.',
  ListsNameNoResource:
    'Lists of executions, machines, commands, queries and the like name no resource; they only read.',
  LogsOfThisProduct:
    'Log groups and streams of this product and environment only; their names end in numbers of AWS’s.',
  ReadOnlyOfThisProduct: 'Reads what the product is made of, by the beginning of its names.',
  PartsOfThisProduct:
    'Reads how the parts of this product and environment are configured, by the beginning of their names.',
  TheTrailNamesNoResource:
    'LookupEvents names no resource; it only reads, and is how a claimed operator is compared with who it was.',
  TokensAreNobodysOwn:
    'A deny. SendTask… names no resource: whoever has a task token could answer for somebody else, and histories show tokens.',
  SecretsAreNotReviewed: 'A deny. Secrets are nobody’s to read in a review, wherever they are.',
  FunctionsTrustTheirMachine:
    'A deny. Functions believe the payload their state machine gives them; nobody else may call them, in any version.',
  CommandsComeFromRollbacks: 'A deny. A command sent by hand would pass by lock, fence and history.',
} as const;

export type Wildcard = keyof typeof wildcards;

/** Statements that the CDK writes itself, by their first action: they have no Sid. */
export const wildcardsOfTheCdk: Readonly<Record<string, string>> = {
  'logs:CreateLogDelivery':
    'A state machine sets up the delivery of its log; these actions name no resource (Step Functions guide, "Logging").',
};
