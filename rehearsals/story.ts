import * as z from 'zod';

const secondsPerUnit = { s: 1, m: 60, h: 3600 } as const;

/** `0s`, `90s`, `15m`: seconds counted from the story's start. */
const offset = z
  .string()
  .regex(/^\d+[smh]$/, { error: 'a time such as 0s, 90s or 15m' })
  .transform((text) => Number.parseInt(text, 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit]);

/** `-10m`: before the story's start. The system has run for an hour then, so that far back at most. */
const before = z
  .string()
  .regex(/^-\d+[smh]$/, { error: 'a time before the start such as -10m' })
  .transform(
    (text) => -Number.parseInt(text.slice(1), 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit],
  )
  .refine((seconds) => seconds >= -3600, { error: 'at most -1h: before that there is nothing' });

const phase = z.int().min(1).max(99);
const host = z.string().regex(/^host-\d+$/, { error: 'a host such as host-2' });
const trigger = z.string().regex(/^[a-z]+(_[a-z]+)*$/, { error: 'a trigger such as data_corruption' });
const actionFault = {
  action: z.string().regex(/^[a-z]+:[A-Za-z]+$/, { error: 'an action such as ssm:SendCommand' }),
  error: z.string().min(1),
  /** The end of a resource's ARN, such as rollback-local-history; without: whatever it is asked for. */
  resource: z.string().min(1).optional(),
};
const step = z.string().regex(/^[a-z0-9-]+$/, { error: 'a step id such as clear-corrupted-cache' });

const happening = z
  .strictObject({
    at: offset,
    /** Starts the phase's state machine, as from the console. */
    start: z.strictObject({ phase, input: z.unknown().optional() }).optional(),
    /** The console's Stop execution, on the phase's newest execution. */
    stop: z.strictObject({ phase }).optional(),
    /** A person releases the fleet, as from the console. */
    release: z.strictObject({ operator: z.string(), reason: z.string(), rollback: z.string().optional() }).optional(),
    host: z.strictObject({ name: host, state: z.enum(['unreachable', 'reachable']) }).optional(),
    /** A step's script misbehaves on one host. */
    script: z
      .union([
        z.strictObject({ step, host, fails: z.int().positive() }),
        z.strictObject({ step, host, hangs: z.literal(true) }),
      ])
      .optional(),
    /** An AWS action answers an error, so many times or for so long. */
    aws: z
      .union([
        z.strictObject({ ...actionFault, fails: z.int().positive() }),
        z.strictObject({ ...actionFault, for: offset }),
      ])
      .optional(),
    /** Something goes wrong in the trading system; alarms follow by themselves. */
    fault: z.strictObject({ phase, trigger, degradation: z.number().positive().optional() }).optional(),
    /** It stops by itself. What it damaged stays. */
    heal: z.strictObject({ phase }).optional(),
    /** As SetAlarmState would; a metric alarm returns to what its metric says. */
    alarm: z
      .strictObject({
        phase,
        trigger,
        variant: z.string().optional(),
        state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      })
      .optional(),
    /** Events of a source, before EventBridge has them: lost, the next one so many times in all, or late. */
    event: z
      .union([
        z.strictObject({ source: z.string(), lose: z.union([z.int().positive(), z.literal('all')]) }),
        z.strictObject({ source: z.string(), duplicate: z.int().min(2) }),
        z.strictObject({ source: z.string(), delay: offset }),
      ])
      .optional(),
    /** A person begins to roll a flag out in the normal layer, by a strategy of AppConfig. */
    rollout: z.strictObject({ flag: z.string(), value: z.string(), strategy: z.string() }).optional(),
  })
  .refine(({ at, ...rest }) => Object.keys(rest).length === 1, {
    error: 'at and exactly one of start, stop, release, host, script, aws, fault, heal, alarm, event, rollout',
  });

const past = z.strictObject({
  /** A deployment on record. The hosts run the newest version whatever is said here. */
  deployed: z.strictObject({ phase, version: z.string().min(1), at: before }),
});

const outcome = z.strictObject({
  /** Which execution is judged: the n-th of this phase, by start. Without: the story's first. */
  phase: phase.optional(),
  execution: z.int().positive().optional(),
  ending: z.string().optional(),
  /** From the story's start to the execution's. */
  begins_within: offset.optional(),
  /** From the story's start to the ending. */
  within: offset.optional(),
  /** A part of the RECORD, as stored. */
  record: z.record(z.string(), z.unknown()).optional(),
  /** Messages of this rollback, by template, in this order; others may stand between. */
  messages: z.array(z.string()).optional(),
  /** Flags as every host has them once the story is over. */
  flags: z.record(z.string(), z.unknown()).optional(),
  /** What each host's trading system itself says, once the story is over. */
  hosts: z.record(z.string(), z.unknown()).optional(),
  /** Whether somebody holds the fleet once the story is over. */
  fleet: z.enum(['free', 'held']).optional(),
});

/** A rehearsal: what happens, and what must be true afterwards. */
export const storySchema = z.strictObject({
  name: z.string().min(1).max(100),
  environment: z.string().default('local'),
  hosts: z.int().min(0).max(1000).default(3),
  /** It is not over before this, even if all that began is. */
  lasts: offset.default(0),
  given: z.array(past).default([]),
  when: z.array(happening).min(1),
  // biome-ignore lint/suspicious/noThenProperty: the word of the story, as when is; stories are parsed, never awaited
  then: z.union([outcome, z.array(outcome).min(1)]).transform((then) => (Array.isArray(then) ? then : [then])),
});

export type Story = z.infer<typeof storySchema>;
export type Happening = Story['when'][number];
export type Outcome = Story['then'][number];
