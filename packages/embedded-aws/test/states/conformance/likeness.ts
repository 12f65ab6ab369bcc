/** Words that the recorder wrote in place of values that change from run to run. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'timestamp',
  'datetime',
  'date',
  'uuid',
  'sfn_role_arn',
  'snf_role_arn',
  'task_token',
  'a_task_token',
  'RequestId',
  'x-amzn-RequestId',
  'X-Amzn-Trace-Id',
]);

/** `<uuid:1>`, also with another placeholder inside: `<<task_token>:1>`. */
const PLACEHOLDER = '<[^<>]*(?:<[^<>]*>[^<>]*)*>';
const ONLY_A_PLACEHOLDER = new RegExp(`^(?:${PLACEHOLDER}|\\w+EventDetails\\.\\w+)$`);

/** Returns the place and the values of the first difference between a recorded value and the account's, if any. */
export function unlike(recorded: unknown, value: unknown, path = ''): string | undefined {
  const [aws, ours] = [parsed(recorded), parsed(value)];
  if (typeof aws === 'string' && standsFor(aws, ours)) return undefined;
  // The input of a recording has `ANY:…` in place of a value that the test had from AWS.
  if (typeof ours === 'string' && ours.startsWith('ANY:')) return undefined;
  if (!isObject(aws) || !isObject(ours) || Array.isArray(aws) !== Array.isArray(ours)) {
    return Object.is(aws, ours) ? undefined : `${path}: AWS ${shown(aws)}, the account ${shown(ours)}`;
  }
  for (const key of new Set([...Object.keys(aws), ...Object.keys(ours)])) {
    const found = unlike(aws[key], ours[key], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the value of a JSON text. The recorder parsed only some of the texts. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Returns whether a recorded text fits a value. A text that is one placeholder fits any value. */
function standsFor(recorded: string, value: unknown): boolean {
  if (PLACEHOLDERS.has(recorded) || ONLY_A_PLACEHOLDER.test(recorded)) return value !== undefined;
  if (typeof value !== 'string') return false;
  const parts = recorded.split(new RegExp(PLACEHOLDER));
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.*')}$`, 's').test(value);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown) => (value === undefined ? 'has none' : JSON.stringify(value).slice(0, 400));
