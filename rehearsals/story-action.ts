import * as z from 'zod';
import { acknowledgement, annotation, answer, person, refused, review, task } from './story-requests.ts';
import { host, offset, phase, skew, startedPhase, trigger } from './story-values.ts';

const actionFault = {
  action: z.string().regex(/^[a-z0-9]+:[A-Za-z0-9]+$/, { error: 'an action such as ssm:SendCommand' }),
  error: z
    .string()
    .min(1)
    .describe(
      'A name such as ThrottlingException. NoResponse: the call gets no response at all. GarbledResponse: the action succeeds, and its response is not readable.',
    ),
  resource: z
    .string()
    .min(1)
    .optional()
    .describe("The end of a resource's ARN, such as rollback-local-history; without it: any resource."),
  caller: z
    .string()
    .min(1)
    .optional()
    .describe('The function or the person whose calls fail, such as reconcile or ana; without it: everybody.'),
  done: z.literal(true).optional().describe('The action succeeds, but its response is lost.'),
};
const functionName = z.string().regex(/^[a-z]+(-[a-z]+)*$/, { error: 'a function such as run-on-hosts' });
const anyFunctionFault = {
  name: functionName,
  does: z.enum(['throttled', 'times-out', 'crashes']),
  after: z
    .int()
    .positive()
    .optional()
    .describe('Ends after so many of its requests to AWS, before it sees the last response. Without it: at once.'),
};
const functionFault = z
  .union([
    z.strictObject({ ...anyFunctionFault, times: z.int().positive().describe('So many invocations.') }),
    z.strictObject({ ...anyFunctionFault, for: offset.describe('Every invocation for this long.') }),
  ])
  .refine(({ does, after }) => does !== 'throttled' || after === undefined, {
    error: 'no after, because a throttled invocation sends no requests',
  });
/** The mishaps that `bin/mishap` of the host image can cause. */
const mishaps = [
  ...(['dirty-tree', 'lock-database', 'disk-full', 'lose-tag', 'move-tag', 'press-stop'] as const),
  ...(['move-prepared-tags', 'truncate-backup', 'disk-nearly-full'] as const),
] as const;
const hostStates = [
  'unreachable',
  'reachable',
  'untagged',
  'tagged',
  'terminated',
  'stopped',
  'booted',
  'deregistered',
] as const;
const step = z.string().regex(/^[a-z0-9-]+$/, { error: 'a step id such as clear-corrupted-cache' });

/** All that may happen in a story, by the key of its entry. Each entry under `when` has one of these keys. */
const happenings = {
  start: z
    .strictObject({
      phase: startedPhase,
      input: z.unknown().optional(),
      name: z.string().min(1).optional().describe('The name of the execution; without it, Step Functions chooses one.'),
      as: person.optional(),
      refused,
    })
    .optional()
    .describe("Starts the phase's state machine, as from the console. A start that will be refused needs `refused`."),
  stop: z
    .strictObject({
      phase: startedPhase,
      in: z.string().min(1).optional().describe("Stops the phase's next execution that enters this state."),
      after: offset
        .optional()
        .describe('With `in`: so long after the entry, while the execution is still in the state.'),
      cause: z.string().min(1).optional().describe('The cause that the person gives.'),
      how: z
        .enum(['timed-out', 'deleted'])
        .optional()
        .describe(
          'The execution reaches its time limit, or is deleted with its machine, which is deployed anew at once. Without it: a person stops it.',
        ),
    })
    .refine(({ in: state, after }) => after === undefined || state !== undefined, { error: 'after only with in' })
    .refine(({ cause, how }) => cause === undefined || how === undefined, {
      error: 'cause only without how: only a person gives one',
    })
    .optional()
    .describe(
      "Stops the phase's newest running execution, or one that enters a state, as from the console; or ends it otherwise.",
    ),
  redrive: z
    .strictObject({ phase: startedPhase, as: person.optional(), refused })
    .optional()
    .describe(
      "Redrives the phase's newest execution that did not succeed, as from the console. One that will be refused needs `refused`.",
    ),
  look: z
    .strictObject({ check: z.enum(['health', 'verify']), phase: phase.optional(), quick: z.boolean().optional() })
    .optional()
    .describe("Runs the customer's check on every host, as `rollback health` and `rollback verify` do."),
  prepare: z
    .strictObject({ phase, version: z.string().min(1), operator: z.string().min(1).optional() })
    .optional()
    .describe('Prepares every host for the deployment of a version, as `rollback prepare` does.'),
  ready: z
    .strictObject({
      phase: phase.optional().describe('Without it: every phase.'),
      version: z.string().min(1).optional(),
      light: z.boolean().optional().describe('true: no host is asked.'),
      canary: z.boolean().optional().describe('true: the canary group is next. false: every other host is.'),
    })
    .optional()
    .describe('Checks whether phases can be rolled back, as `rollback ready` does.'),
  contacts: z
    .strictObject({ operator: z.string().min(1) })
    .optional()
    .describe('Confirms the contacts, as `rollback contacts confirm` does.'),
  subscribe: z
    .strictObject({ protocol: z.enum(['email', 'sms']), endpoint: z.string().min(1) })
    .optional()
    .describe(
      "Subscribes a person to the operators' topic. An address of e-mail stays unconfirmed; a telephone needs no confirmation.",
    ),
  halt: z
    .strictObject({
      operator: z.string().min(1).optional(),
      reason: z.string().min(1).optional(),
      hosts: z.array(z.string().min(1)).min(1).optional().describe('Names. Without it: every host.'),
      as: person.optional(),
    })
    .optional()
    .describe('Halts trading, as `rollback halt` does.'),
  resume: z
    .strictObject({
      operator: z.string().min(1),
      reason: z.string().min(1),
      hosts: z.array(z.string().min(1)).min(1).optional().describe('Names. Without it: every host.'),
      despite: z.array(z.string().min(1)).min(1).optional().describe('Ids of rollbacks that stopped half way.'),
      as: person.optional(),
    })
    .optional()
    .describe('Asks for trading to resume, as `rollback resume` does.'),
  orders: z
    .strictObject({
      host,
      unacknowledged: z
        .int()
        .min(0)
        .max(1000)
        .optional()
        .describe('So many orders are sent that the broker does not acknowledge; 0: it has answered.'),
      position_breaks: z.int().min(0).nullable().optional().describe('null: nobody can find out.'),
      sequence_gaps: z.int().min(0).nullable().optional().describe('null: nobody can find out.'),
    })
    .optional()
    .describe("Changes what is open at the broker for one host's orders."),
  release: z
    .strictObject({ operator: z.string(), reason: z.string(), rollback: z.string().optional() })
    .optional()
    .describe('Releases the fleet, as from the console.'),
  brakes: z
    .strictObject({
      action: z.string().min(1).describe('pause, unpause, arm, freeze, unfreeze, block or unblock.'),
      phase: phase.optional().describe('Without it: every phase.'),
      version: z.string().min(1).optional().describe('With block and unblock.'),
      now: z.literal(true).optional().describe('With pause: running rollbacks stop before their next step.'),
      operator: z.string(),
      reason: z.string(),
    })
    .optional()
    .describe("Sets a brake, ends one or resets a phase's budget, as from the console."),
  answer: answer
    .optional()
    .describe('Answers a question, as from the console. An answer that will be refused needs `refused`.'),
  ack: acknowledgement
    .optional()
    .describe('Says that somebody has heard a page, as `rollback ack` does. One that will be refused needs `refused`.'),
  annotate: annotation
    .optional()
    .describe('Annotates a rollback, as from the console. One that will be refused needs `refused`.'),
  review: review
    .optional()
    .describe('Reviews an automatic rollback, as from the console. One that will be refused needs `refused`.'),
  task: task
    .optional()
    .describe('Changes a task of a follow-up, as `rollback follow-up` does. One that will be refused needs `refused`.'),
  host: z
    .union([
      z.strictObject({ name: host, state: z.enum(hostStates) }),
      z.strictObject({ name: host, does: z.enum(mishaps), for: offset.optional() }),
      z.strictObject({
        name: host,
        does: z.enum(['lose-tag', 'move-tag']),
        with: z
          .string()
          .min(1)
          .describe('The tag, instead of pre-phase1-stable; it moves to the version that is checked out.'),
      }),
      z.strictObject({ name: host, reboots: offset.describe('The host is off for so long.') }),
      z.strictObject({ name: host, flags: z.literal('stale'), for: offset.optional() }),
      z.strictObject({ name: host, clock: skew.describe('The clock is ahead or behind; +0s sets it right.') }),
    ])
    .optional()
    .describe(
      'Makes a host unreachable for Systems Manager, or reachable again; removes its tags, or gives them back; stops, boots or terminates its instance; deregisters a hybrid node; reboots it; lets its AppConfig agent no longer poll; sets its clock; or causes a mishap of the host image (its README).',
    ),
  script: z
    .union([
      z.strictObject({ step, host, fails: z.int().positive() }),
      z.strictObject({ step, host, hangs: z.literal(true), times: z.int().positive().optional() }),
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
  function: functionFault
    .optional()
    .describe('Makes invocations of a function throttled (TooManyRequestsException), time out, or crash.'),
  fault: z
    .strictObject({ phase, trigger, degradation: z.number().positive().optional(), host: host.optional() })
    .refine(({ trigger, degradation }) => degradation === undefined || trigger === 'performance_degradation', {
      error: 'degradation only with performance_degradation',
    })
    .optional()
    .describe(
      'Injects a fault into the trading system; its metrics then turn alarms red. Degradation is in percent. host: the only host with the fault.',
    ),
  heal: z.strictObject({ phase }).optional().describe('Ends the fault. The damage that it has done stays.'),
  silence: z
    .strictObject({ phase, metrics: z.array(z.string().min(1)).min(1).optional(), for: offset.optional() })
    .optional()
    .describe('Stops all hosts from publishing all or these metrics of a phase, to the end or for this long.'),
  market: z
    .strictObject({
      phase,
      halted: offset.describe('For so long, at most 2h: as far as PutMetricData takes future datapoints.'),
    })
    .optional()
    .describe("The venue of a phase is halted: the customer's system publishes that every minute, as MarketHalted."),
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
  monitor: z
    .strictObject({
      layer: z.enum(['normal', 'safety']),
      alarm: z.string().regex(/^phase-[1-9]\d*-[a-z-_]+$/, { error: 'an alarm such as phase-1-data_corruption' }),
    })
    .optional()
    .describe('Adds a monitor to a layer of flags: while its alarm is red, AppConfig rolls back every new deployment.'),
  rule: z
    .strictObject({
      name: z.string().regex(/^[a-z0-9-]+$/, { error: 'the end of a rule, such as every-minute or phase-1-red' }),
      state: z.enum(['disabled', 'enabled']),
    })
    .optional()
    .describe('Disables a rule of EventBridge, or enables it again. every-minute runs Reconcile.'),
  rollout: z
    .strictObject({ flag: z.string(), value: z.string(), strategy: z.string() })
    .optional()
    .describe('Starts the rollout of a flag in the normal layer, by a deployment strategy of AppConfig.'),
  secret: z
    .strictObject({ name: z.string().min(1), value: z.string().min(1) })
    .optional()
    .describe("Stores a SecureString of the Parameter Store, such as the pager's routing key."),
  code: z
    .strictObject({ version: z.string().min(1), host: host.optional() })
    .optional()
    .describe("Puts a version's code on one host or on all, as the customer's pipeline does; `deployed` records it."),
  redeploy: z
    .strictObject({ version: z.string().min(1), every: offset, times: z.int().min(1).max(50) })
    .optional()
    .describe(
      'A pipeline or configuration manager that puts a version on every host, again and again, and records nothing. A host that has it stays as it is.',
    ),
  deployed: z
    .strictObject({
      phase,
      version: z.string().min(1),
      canary: z.literal(true).optional().describe('The canary group alone got it.'),
    })
    .optional()
    .describe('Records a deployment as of now. It changes no host: `code` does.'),
  verified: z
    .strictObject({ phase, version: z.string().min(1) })
    .optional()
    .describe(
      'Stores that the watch window of the newest deployment of a version passed without red, without the hours that this takes.',
    ),
};

/** The keys of an entry besides `at`. */
export const actionNames = Object.keys(happenings);

/** One entry under `when`: a time, and what happens then. */
export const action = z
  .strictObject({ at: offset, ...happenings })
  .refine(({ at, ...rest }) => Object.keys(rest).length === 1, {
    error: `at and exactly one of ${actionNames.join(', ')}`,
  })
  // Editors check this rule by the number of properties.
  .meta({ minProperties: 2, maxProperties: 2 });
