import * as z from 'zod';

const secondsPerUnit = { s: 1, m: 60, h: 3600 } as const;

/** `0s`, `90s`, `15m`: seconds counted from the story's start. */
const offset = z
  .string()
  .regex(/^\d+[smh]$/, { error: 'a time such as 0s, 90s or 15m' })
  .transform((text) => Number.parseInt(text, 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit]);

/** `-10m`: seconds before the story's start. At most an hour, because the system runs all of that time first. */
const before = z
  .string()
  .regex(/^-\d+[smh]$/, { error: 'a time before the start such as -10m', abort: true })
  .regex(/^-0*(1?h|([1-5]?\d|60)?m|(\d{0,3}|[12]\d{3}|3[0-5]\d\d|3600)s)$/, {
    error: 'at most -1h, because the system runs all of that time first',
  })
  .transform(
    (text) => -Number.parseInt(text.slice(1), 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit],
  );

const phase = z.int().min(1).max(99);
const host = z.string().regex(/^host-[1-9]\d*$/, { error: 'a host such as host-2' });
const trigger = z.string().regex(/^[a-z]+(_[a-z]+)*$/, { error: 'a trigger such as data_corruption' });
const actionFault = {
  action: z.string().regex(/^[a-z0-9]+:[A-Za-z]+$/, { error: 'an action such as ssm:SendCommand' }),
  error: z
    .string()
    .min(1)
    .describe('A name such as ThrottlingException; NoResponse: the call gets no response at all.'),
  resource: z
    .string()
    .min(1)
    .optional()
    .describe("The end of a resource's ARN, such as rollback-local-history; without it: any resource."),
  done: z.literal(true).optional().describe('The action succeeds, but its response is lost.'),
};
/** The mishaps that `bin/mishap` of the host image can cause. */
const mishaps = ['dirty-tree', 'lock-database', 'disk-full', 'lose-tag', 'press-stop'] as const;
const step = z.string().regex(/^[a-z0-9-]+$/, { error: 'a step id such as clear-corrupted-cache' });

/** The fields of every request of a person to a state machine. */
const request = {
  operator: z.string().min(1).describe('The name that the person gives.'),
  rollback: z.string().min(1).optional().describe('The id of the rollback.'),
  as: z
    .string()
    .regex(/^[\w+=,.-]+(@[\w+=,.-]+)?$/, { error: 'a person such as ana, or ana@POLICY' })
    .optional()
    .describe(
      'The person whose credentials are used: ana, or ana@rollback-local-operator for a person with only that policy.',
    ),
  refused: z.string().min(1).optional().describe('Expects that the request is refused, with this text in the reason.'),
};
const oneRollback = ({ phase, rollback }: { phase?: number | undefined; rollback?: string | undefined }) =>
  phase === undefined || rollback === undefined;
const notBoth = { error: 'phase or rollback, not both' };

const answer = z
  .strictObject({
    answer: z
      .string()
      .min(1)
      .describe('An answer that the question takes, such as rollback; an unknown one tests the refusal.'),
    ...request,
    reason: z.string().min(1).optional(),
    phase: phase
      .optional()
      .describe("Answers this phase's running rollback, else its newest. Without it: the only open question."),
  })
  .refine(oneRollback, notBoth);

/** The rollback that a person annotates or reviews. */
const newest = phase.optional().describe("This phase's running rollback, else its newest.");

const annotation = z
  .strictObject({
    ...request,
    phase: newest,
    root_cause: z.string().optional(),
    prevention_measures: z.array(z.string()).optional(),
    note: z.string().optional(),
    false_positive: z.boolean().optional(),
    links: z.array(z.string()).optional(),
  })
  .refine(oneRollback, notBoth);

const review = z
  .strictObject({
    ...request,
    phase: newest,
    verdict: z.string().min(1).describe('right or wrong; another one tests the refusal.'),
    reason: z.string().min(1).optional(),
  })
  .refine(oneRollback, notBoth);

const action = z
  .strictObject({
    at: offset,
    start: z
      .strictObject({ phase, input: z.unknown().optional() })
      .optional()
      .describe("Starts the phase's state machine, as from the console."),
    stop: z
      .strictObject({ phase })
      .optional()
      .describe("Stops the phase's newest running execution, as from the console."),
    look: z
      .strictObject({ check: z.enum(['health', 'verify']), phase: phase.optional(), quick: z.boolean().optional() })
      .optional()
      .describe("Runs the customer's check on every host, as `rollback health` and `rollback verify` do."),
    release: z
      .strictObject({ operator: z.string(), reason: z.string(), rollback: z.string().optional() })
      .optional()
      .describe('Releases the fleet, as from the console.'),
    answer: answer
      .optional()
      .describe('Answers a question, as from the console. An answer that will be refused needs `refused`.'),
    annotate: annotation
      .optional()
      .describe('Annotates a rollback, as from the console. One that will be refused needs `refused`.'),
    review: review
      .optional()
      .describe('Reviews an automatic rollback, as from the console. One that will be refused needs `refused`.'),
    host: z
      .union([
        z.strictObject({ name: host, state: z.enum(['unreachable', 'reachable', 'untagged', 'terminated']) }),
        z.strictObject({ name: host, does: z.enum(mishaps), for: offset.optional() }),
      ])
      .optional()
      .describe(
        'Makes a host unreachable for Systems Manager, or reachable again; removes its tags; terminates it; or causes a mishap of the host image (its README).',
      ),
    script: z
      .union([
        z.strictObject({ step, host, fails: z.int().positive() }),
        z.strictObject({ step, host, hangs: z.literal(true) }),
        z.strictObject({ step, host, says: z.enum(['nothing', 'twice', 'too-much']), times: z.int().positive() }),
      ])
      .optional()
      .describe("Makes a step's script on one host fail, hang, or print no verdict, two verdicts or too much."),
    aws: z
      .union([
        z.strictObject({ ...actionFault, fails: z.int().positive() }),
        z.strictObject({ ...actionFault, for: offset }),
      ])
      .optional()
      .describe('Makes an AWS action return an error or hang, this many times or for this long.'),
    fault: z
      .strictObject({ phase, trigger, degradation: z.number().positive().optional() })
      .optional()
      .describe(
        'Injects a fault into the trading system; its metrics then turn alarms red. Degradation is in percent.',
      ),
    heal: z.strictObject({ phase }).optional().describe('Ends the fault. The damage that it has done stays.'),
    silence: z
      .strictObject({ phase, metrics: z.array(z.string().min(1)).min(1).optional(), for: offset.optional() })
      .optional()
      .describe('Stops all hosts from publishing all or these metrics of a phase, to the end or for this long.'),
    alarm: z
      .strictObject({
        phase,
        trigger,
        variant: z.string().optional(),
        state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      })
      .optional()
      .describe('Sets the state of an alarm by SetAlarmState; the next evaluation of its metric replaces it.'),
    event: z
      .union([
        z.strictObject({ source: z.string(), lose: z.union([z.int().positive(), z.literal('all')]) }),
        z.strictObject({ source: z.string(), duplicate: z.int().min(2) }),
        z.strictObject({ source: z.string(), delay: offset }),
      ])
      .optional()
      .describe(
        'Changes events of a source before EventBridge receives them: loses them, delivers the next one this many times, or delays them.',
      ),
    rollout: z
      .strictObject({ flag: z.string(), value: z.string(), strategy: z.string() })
      .optional()
      .describe('Starts the rollout of a flag in the normal layer, by a deployment strategy of AppConfig.'),
    deployed: z
      .strictObject({ phase, version: z.string().min(1) })
      .optional()
      .describe('Records a deployment as of now. It changes no host: the hosts always run the newest version.'),
  })
  .refine(({ at, ...rest }) => Object.keys(rest).length === 1, {
    error:
      'at and exactly one of start, stop, look, release, answer, annotate, review, host, script, aws, fault, heal, silence, alarm, event, rollout, deployed',
  })
  // Editors check this rule by the number of properties.
  .meta({ minProperties: 2, maxProperties: 2 });

const past = z.strictObject({
  deployed: z
    .strictObject({ phase, version: z.string().min(1), at: before })
    .describe('A recorded deployment. It changes no host: the hosts always run the newest version.'),
});

const outcome = z.strictObject({
  phase: phase.optional(),
  execution: z
    .int()
    .positive()
    .optional()
    .describe('The execution to compare: the n-th of this phase, by start. Without it: the first.'),
  ending: z.string().optional().describe('The ending in the RECORD.'),
  begins_within: offset.optional().describe("Longest time from the story's start to the start of the execution."),
  within: offset.optional().describe("Longest time from the story's start to the ending."),
  record: z.record(z.string(), z.unknown()).optional().describe('A part of the stored RECORD.'),
  events: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe('A part of the detail of the first event of each of these types.'),
  look: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'A part of the result of a host check: of the first, or of the n-th with `execution: n`. A host check has no record.',
    ),
  messages: z
    .array(z.string())
    .optional()
    .describe('Messages of this rollback, by template, in this order; other messages may come between.'),
  flags: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('The value of each flag on every host at the end of the story.'),
  hosts: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("A part of what every host's trading system reports about itself at the end of the story."),
  host: z.record(host, z.record(z.string(), z.unknown())).optional().describe('The same for single hosts, by name.'),
  alarms: z
    .record(z.string(), z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']))
    .optional()
    .describe('The state of alarms at the end of the story, by their names after rollback-<environment>-.'),
  fleet: z.enum(['free', 'held']).optional().describe('Whether a rollback holds the fleet at the end of the story.'),
});

/** A rehearsal: what happens, and what must be true afterwards. */
export const storySchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    environment: z.string().default('local'),
    hosts: z.int().min(0).max(1000).default(3),
    lasts: offset.prefault('0s').describe('The story lasts at least this long, even if all executions have ended.'),
    given: z.array(past).default([]),
    when: z.array(action).min(1),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of stories, like `when`; a story is parsed, never awaited
    then: z.union([outcome, z.array(outcome).min(1)]).transform((then) => (Array.isArray(then) ? then : [then])),
  })
  .superRefine(({ hosts, when }, context) => {
    const message = `one of the story's hosts, host-1 to host-${hosts}`;
    const isUnknown = (name: string) => Number(name.slice('host-'.length)) > hosts;
    for (const [i, { host, script }] of when.entries()) {
      if (host && isUnknown(host.name))
        context.addIssue({ code: 'custom', path: ['when', i, 'host', 'name'], message });
      if (script && isUnknown(script.host))
        context.addIssue({ code: 'custom', path: ['when', i, 'script', 'host'], message });
    }
  });

export type Story = z.infer<typeof storySchema>;
export type StoryAction = Story['when'][number];
export type Outcome = Story['then'][number];
