/**
 * The fields of each part of a definition in JSONata mode (states-language.net/spec.html and the Step Functions
 * developer guide). AWS has more; the embedded account refuses a field that is not listed here by name.
 */
const STATE = ['Type', 'Comment', 'QueryLanguage'];
const ONWARD = ['Assign', 'Output', 'Next', 'End'];
const RECOVERY = ['Retry', 'Catch'];

export const MACHINE_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
export const BRANCH_FIELDS = ['Comment', 'StartAt', 'States'];
export const PROCESSOR_FIELDS = [...BRANCH_FIELDS, 'ProcessorConfig'];
export const RULE_FIELDS = ['Comment', 'Condition', 'Next', 'Assign', 'Output'];
export const CATCHER_FIELDS = ['Comment', 'ErrorEquals', 'Next', 'Assign', 'Output'];
export const RETRIER_FIELDS = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];

export const STATE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...STATE, ...ONWARD, ...RECOVERY, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Choice: [...STATE, 'Choices', 'Default', 'Assign', 'Output'],
  Pass: [...STATE, ...ONWARD],
  Wait: [...STATE, ...ONWARD, 'Seconds', 'Timestamp'],
  Succeed: [...STATE, 'Output'],
  Fail: [...STATE, 'Error', 'Cause'],
  Parallel: [...STATE, ...ONWARD, ...RECOVERY, 'Branches', 'Arguments'],
  Map: [...STATE, ...ONWARD, ...RECOVERY, 'Items', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency'],
};

/** Fields that only JSONPath states have. */
export const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'Parameters',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ErrorPath',
  'CausePath',
  'Variable',
]);

/** The longest timeout or wait (Amazon States Language). */
export const LONGEST_SECONDS = 99_999_999;
