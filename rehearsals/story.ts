import * as z from 'zod';
import { action } from './story-action.ts';
import { host, offset, phase, secondsPerUnit, startedPhase } from './story-values.ts';

/** `-10m`: seconds before the story's start, at most as long as PutMetricData takes past datapoints. */
const before = z
  .string()
  .regex(/^-\d+[smh]$/, { error: 'a time before the start such as -10m', abort: true })
  .regex(/^-0*((\d{1,2}|[12]\d\d|3[0-2]\d|33[0-6])h|\d{1,4}m|\d{1,4}s)$/, {
    error: 'at most -336h, which is two weeks, -9999m or -9999s',
  })
  .transform(
    (text) => -Number.parseInt(text.slice(1), 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit],
  );

/** An instant before or after the story's start, in whole minutes. */
const minutesFromStart = z
  .string()
  .regex(/^-?\d{1,5}[mh]$/, { error: 'a time before or after the start such as -66h or 90m' })
  .transform((text) => Number.parseInt(text, 10) * secondsPerUnit[text.slice(-1) as keyof typeof secondsPerUnit]);

const past = z.union([
  z.strictObject({
    deployed: z
      .strictObject({ phase, version: z.string().min(1), at: before })
      .describe(
        'A recorded deployment. It changes no host: the hosts always run the newest version. The system runs since then, but not for more than an hour.',
      ),
  }),
  z.strictObject({
    published: z
      .strictObject({ phase, metric: z.string().min(1), value: z.number(), from: before, until: before })
      .describe('A datapoint per minute of an earlier day, which the system does not live through.'),
  }),
]);

const outcome = z.strictObject({
  phase: startedPhase.optional(),
  execution: z
    .int()
    .positive()
    .optional()
    .describe('The execution to compare: the n-th of this phase, by start. Without it: the first.'),
  ending: z.string().optional().describe('The ending in the RECORD.'),
  error: z.string().optional().describe('The error of the execution, which is the name of an ending that fails.'),
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
  prepare: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'A part of the result of a preparation, or of its error and cause: of the first, or of the n-th with `execution: n`. A preparation has no record.',
    ),
  halt: z
    .looseObject({ within: offset.optional() })
    .optional()
    .describe(
      'A part of the result of a halt, or of its error and cause: of the first, or of the n-th with `execution: n`. within: longest time from its start to the message that hosts confirmed or did not.',
    ),
  resume: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'A part of the result of a request to resume trading, or of its error and cause: of the first, or of the n-th with `execution: n`.',
    ),
  ready: z
    .looseObject({ phase })
    .optional()
    .describe(
      'A part of the stored readiness of a phase at the end of the story: state, version, not_ready (the ids of lines), and lines by id.',
    ),
  truth: z
    .looseObject({ within: offset.optional() })
    .optional()
    .describe(
      'Whether hosts are as deployed, at the end of the story: state, differing (their number), hosts by name, and told: the messages about it, all of them in this order. within: longest time from 0s to the first of them. It needs a deployment.',
    ),
  follow_up: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'A part of what followed the rollback, at the end of the story: checks (their states, in order), tasks by number, drafts, status of the execution, and most_transitions: the most that it may have made.',
    ),
  messages: z
    .array(z.string())
    .optional()
    .describe('Messages of this rollback, by template, in this order; other messages may come between.'),
  transitions: z
    .array(z.string())
    .optional()
    .describe(
      'Transitions of this rollback that EventBridge accepted, such as opened, in this order; others may come between. All of them must be in the order of its history.',
    ),
  pager: z
    .array(z.string())
    .optional()
    .describe('The events about this rollback that the pager accepted, by event_action, all of them in this order.'),
  chat: z
    .array(z.string())
    .optional()
    .describe('Notifications in the thread of this rollback, by message, in this order; others may come between.'),
  no_messages: z.array(z.string()).optional().describe('Messages that this rollback must not send.'),
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
  blocked: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('The versions that no rollback restores at the end of the story, by version and phase: a part of each.'),
});

/** A rehearsal: what happens, and what must be true afterwards. */
export const storySchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    environment: z.string().default('local'),
    trust: z
      .enum(['observe', 'approve', 'auto'])
      .optional()
      .describe("The environment's trust in its triggers, instead of the one in infra/environments."),
    host_cap: z
      .strictObject({ most: z.int().min(1), within: offset })
      .optional()
      .describe('The most hosts that automation may touch within a time: brakes.hosts of the environment.'),
    canary: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('The hosts that get a version first: brakes.canary of the environment.'),
    calendar: z
      .array(z.strictObject({ from: minutesFromStart, until: minutesFromStart }))
      .min(1)
      .refine((all) => all.every(({ from, until }, i) => from < until && from > (all[i - 1]?.until ?? -Infinity)), {
        error: 'sessions in order, each with its end after its beginning',
      })
      .optional()
      .describe(
        'The trading sessions, from pre-open to close; between them the market is closed. Without it: no calendar.',
      ),
    follow_up: z
      .literal(true)
      .optional()
      .describe(
        'A follow-up begins at each end, although the environment has none. `lasts` says how long it is watched.',
      ),
    hosts: z.int().min(0).max(1000).default(3),
    hybrid: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .describe('The number of hosts, the last ones, that are hybrid nodes outside EC2 (mi-…).'),
    lasts: offset.prefault('0s').describe('The story lasts at least this long, even if all executions have ended.'),
    given: z.array(past).default([]),
    when: z.array(action).min(1),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of stories, like `when`; a story is parsed, never awaited
    then: z.union([outcome, z.array(outcome).min(1)]).transform((then) => (Array.isArray(then) ? then : [then])),
  })
  .superRefine(({ hosts, hybrid, when }, context) => {
    if (hybrid > hosts)
      context.addIssue({ code: 'custom', path: ['hybrid'], message: `at most the story's ${hosts} hosts` });
    const message = `one of the story's hosts, host-1 to host-${hosts}`;
    const isUnknown = (name: string) => Number(name.slice('host-'.length)) > hosts;
    for (const [i, { host, script, code, orders, fault }] of when.entries()) {
      if (fault?.host && isUnknown(fault.host))
        context.addIssue({ code: 'custom', path: ['when', i, 'fault', 'host'], message });
      if (orders && isUnknown(orders.host))
        context.addIssue({ code: 'custom', path: ['when', i, 'orders', 'host'], message });
      if (code?.host && isUnknown(code.host))
        context.addIssue({ code: 'custom', path: ['when', i, 'code', 'host'], message });
      if (host && isUnknown(host.name))
        context.addIssue({ code: 'custom', path: ['when', i, 'host', 'name'], message });
      if (script && isUnknown(script.host))
        context.addIssue({ code: 'custom', path: ['when', i, 'script', 'host'], message });
    }
  });

export type Story = z.infer<typeof storySchema>;
export type StoryAction = Story['when'][number];
export type Outcome = Story['then'][number];
