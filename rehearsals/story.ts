import * as z from 'zod';

const secondsPerUnit = { s: 1, m: 60, h: 3600 } as const;

/** `0s`, `90s`, `15m`: seconds counted from the story's start. */
const offset = z
  .string()
  .regex(/^\d+[smh]$/, { error: 'a time such as 0s, 90s or 15m' })
  .transform((text) => Number.parseInt(text, 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit]);

/** `-10m`: before the story's start. At most an hour: the system runs for all of it. */
const before = z
  .string()
  .regex(/^-\d+[smh]$/, { error: 'a time before the start such as -10m', abort: true })
  .regex(/^-0*(1?h|([1-5]?\d|60)?m|(\d{0,3}|[12]\d{3}|3[0-5]\d\d|3600)s)$/, {
    error: 'at most -1h: every second of it is lived through',
  })
  .transform(
    (text) => -Number.parseInt(text.slice(1), 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit],
  );

const phase = z.int().min(1).max(99);
const host = z.string().regex(/^host-[1-9]\d*$/, { error: 'a host such as host-2' });
const trigger = z.string().regex(/^[a-z]+(_[a-z]+)*$/, { error: 'a trigger such as data_corruption' });
const actionFault = {
  action: z.string().regex(/^[a-z]+:[A-Za-z]+$/, { error: 'an action such as ssm:SendCommand' }),
  error: z.string().min(1),
  resource: z
    .string()
    .min(1)
    .optional()
    .describe("The end of a resource's ARN, such as rollback-local-history; without: whatever it is asked for."),
  done: z.literal(true).optional().describe('The action is done all the same; only its answer is lost.'),
};
/** What `bin/mishap` of the host image knows. */
const mishaps = ['dirty-tree', 'lock-database', 'disk-full', 'lose-tag', 'press-stop'] as const;
const step = z.string().regex(/^[a-z0-9-]+$/, { error: 'a step id such as clear-corrupted-cache' });

const answer = z
  .strictObject({
    answer: z.string().min(1).describe("One of the question's, such as rollback; what is none may be tried."),
    operator: z.string().min(1).describe('Who says to answer.'),
    reason: z.string().min(1).optional(),
    phase: phase
      .optional()
      .describe(
        "The question of this phase's rollback that runs, or of its newest. Without: the only one that is open.",
      ),
    rollback: z.string().min(1).optional().describe('The same, by its id.'),
    as: z
      .string()
      .regex(/^[\w+=,.-]+(@[\w+=,.-]+)?$/, { error: 'a person such as ana, or ana@POLICY' })
      .optional()
      .describe(
        'Whose credentials are used: ana, or ana@rollback-local-operator for one who holds that policy and no other.',
      ),
    refused: z.string().min(1).optional().describe('It is refused, with this text in the reason.'),
  })
  .refine(({ phase, rollback }) => phase === undefined || rollback === undefined, {
    error: 'phase or rollback, not both',
  });

const happening = z
  .strictObject({
    at: offset,
    start: z
      .strictObject({ phase, input: z.unknown().optional() })
      .optional()
      .describe("Starts the phase's state machine, as from the console."),
    stop: z
      .strictObject({ phase })
      .optional()
      .describe("The console's Stop execution, on the phase's newest execution."),
    look: z
      .strictObject({ check: z.enum(['health', 'verify']), phase: phase.optional(), quick: z.boolean().optional() })
      .optional()
      .describe("A person asks every host by the customer's check, as `rollback health` and `rollback verify` do."),
    release: z
      .strictObject({ operator: z.string(), reason: z.string(), rollback: z.string().optional() })
      .optional()
      .describe('A person releases the fleet, as from the console.'),
    answer: answer
      .optional()
      .describe('A person answers a question, as from the console. One that is refused must say so.'),
    host: z
      .union([
        z.strictObject({ name: host, state: z.enum(['unreachable', 'reachable', 'untagged']) }),
        z.strictObject({ name: host, does: z.enum(mishaps), for: offset.optional() }),
      ])
      .optional()
      .describe(
        "Systems Manager no longer reaches a host, or does again; it loses its tags; or one of the host image's mishaps (its README).",
      ),
    script: z
      .union([
        z.strictObject({ step, host, fails: z.int().positive() }),
        z.strictObject({ step, host, hangs: z.literal(true) }),
        z.strictObject({ step, host, says: z.enum(['nothing', 'twice', 'too-much']), times: z.int().positive() }),
      ])
      .optional()
      .describe("A step's script misbehaves on one host."),
    aws: z
      .union([
        z.strictObject({ ...actionFault, fails: z.int().positive() }),
        z.strictObject({ ...actionFault, for: offset }),
      ])
      .optional()
      .describe('An AWS action answers an error, so many times or for so long.'),
    fault: z
      .strictObject({ phase, trigger, degradation: z.number().positive().optional() })
      .optional()
      .describe('Something goes wrong in the trading system; alarms follow by themselves. Degradation is in percent.'),
    heal: z.strictObject({ phase }).optional().describe('It stops by itself. What it damaged stays.'),
    silence: z
      .strictObject({ phase, metrics: z.array(z.string().min(1)).min(1).optional(), for: offset.optional() })
      .optional()
      .describe('No host publishes metrics of a phase, or not these; to the end, or for so long.'),
    alarm: z
      .strictObject({
        phase,
        trigger,
        variant: z.string().optional(),
        state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      })
      .optional()
      .describe('As SetAlarmState would; a metric alarm returns to what its metric says.'),
    event: z
      .union([
        z.strictObject({ source: z.string(), lose: z.union([z.int().positive(), z.literal('all')]) }),
        z.strictObject({ source: z.string(), duplicate: z.int().min(2) }),
        z.strictObject({ source: z.string(), delay: offset }),
      ])
      .optional()
      .describe('Events of a source, before EventBridge has them: lost, the next one so many times in all, or late.'),
    rollout: z
      .strictObject({ flag: z.string(), value: z.string(), strategy: z.string() })
      .optional()
      .describe('A person begins to roll a flag out in the normal layer, by a strategy of AppConfig.'),
    deployed: z
      .strictObject({ phase, version: z.string().min(1) })
      .optional()
      .describe('A deployment of just now is put on record. The hosts run the newest version whatever is said here.'),
  })
  .refine(({ at, ...rest }) => Object.keys(rest).length === 1, {
    error:
      'at and exactly one of start, stop, look, release, answer, host, script, aws, fault, heal, silence, alarm, event, rollout, deployed',
  })
  // So that editors know it too.
  .meta({ minProperties: 2, maxProperties: 2 });

const past = z.strictObject({
  deployed: z
    .strictObject({ phase, version: z.string().min(1), at: before })
    .describe('A deployment on record. The hosts run the newest version whatever is said here.'),
});

const outcome = z.strictObject({
  phase: phase.optional(),
  execution: z
    .int()
    .positive()
    .optional()
    .describe("Which execution is judged: the n-th of this phase, by start. Without: the story's first."),
  ending: z.string().optional().describe("The RECORD's."),
  begins_within: offset.optional().describe("From the story's start to the execution's."),
  within: offset.optional().describe("From the story's start to the ending."),
  record: z.record(z.string(), z.unknown()).optional().describe('A part of the RECORD, as stored.'),
  events: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe("A part of the detail of the history's first event of each of these types."),
  look: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A part of what a look saw: the first, or the n-th with `execution: n`. A look has no record.'),
  messages: z
    .array(z.string())
    .optional()
    .describe('Messages of this rollback, by template, in this order; others may stand between.'),
  flags: z.record(z.string(), z.unknown()).optional().describe('Flags as every host has them once the story is over.'),
  hosts: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("What each host's trading system itself says, once the story is over."),
  host: z.record(host, z.record(z.string(), z.unknown())).optional().describe('The same of one host, by its name.'),
  fleet: z.enum(['free', 'held']).optional().describe('Whether somebody holds the fleet once the story is over.'),
});

/** A rehearsal: what happens, and what must be true afterwards. */
export const storySchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    environment: z.string().default('local'),
    hosts: z.int().min(0).max(1000).default(3),
    lasts: offset.prefault('0s').describe('The story is not over before this, even if all that began is.'),
    given: z.array(past).default([]),
    when: z.array(happening).min(1),
    // biome-ignore lint/suspicious/noThenProperty: the word of the story, as when is; stories are parsed, never awaited
    then: z.union([outcome, z.array(outcome).min(1)]).transform((then) => (Array.isArray(then) ? then : [then])),
  })
  .superRefine(({ hosts, when }, context) => {
    const message = `one of the story's hosts, host-1 to host-${hosts}`;
    const isNone = (name: string) => Number(name.slice('host-'.length)) > hosts;
    for (const [i, { host, script }] of when.entries()) {
      if (host && isNone(host.name)) context.addIssue({ code: 'custom', path: ['when', i, 'host', 'name'], message });
      if (script && isNone(script.host))
        context.addIssue({ code: 'custom', path: ['when', i, 'script', 'host'], message });
    }
  });

export type Story = z.infer<typeof storySchema>;
export type Happening = Story['when'][number];
export type Outcome = Story['then'][number];
