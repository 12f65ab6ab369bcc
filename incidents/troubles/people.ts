import fc from 'fast-check';
import { triggers } from '../../domain/trigger.ts';
import { hosts, phases, states, statesOfSeveral } from '../names.ts';
import { type Kind, lasting, person, phase, seconds, severalTimes, timed } from './kind.ts';

// Actions of people: starts, answers, stops, releases, and everything about a rollback that has ended.

/** Names of executions that people choose; a rollback's id is its execution's name. */
const executionName = fc.constantFrom('drill-1', 'drill-2');

/** The person whose credentials are used: a person of the account who may do everything, or one with one policy only. */
const credentials = (environment: string) =>
  fc.constantFrom(
    'ana',
    'bo',
    ...['operator', 'approver', 'auditor', 'deployer', 'restorer'].map((one) => `cy@rollback-${environment}-${one}`),
  );

/** The input of a person's start: most are good, some are refused by name. */
const startInput = fc.oneof(
  { weight: 8, arbitrary: fc.record({ severity: fc.constantFrom('CRITICAL', 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW') }) },
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: fc.record({ only_hosts: fc.subarray([...hosts], { minLength: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ operator: person, reason: fc.constant('by hand') }) },
  {
    weight: 5, // a start joins a rollback that is live, so few of these choose the window of one
    arbitrary: fc.record(
      {
        since: fc.constantFrom('2026-01-05T08:58:00Z', '2026-01-05T09:00:30Z', '2026-01-05T09:30:00Z', 'noon'),
        reason: fc.constant('the first wrong price came then'),
      },
      { requiredKeys: ['since'] },
    ),
  },
  { weight: 1, arbitrary: fc.constant({ mode: 'plan' }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { mode: fc.constant('simulate'), trigger: fc.constantFrom(...triggers, 'moon') },
      { requiredKeys: ['mode'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { mode: 'simulate', only_hosts: ['host-1'] },
      { severty: 'HIGH' },
      { only_hosts: ['host-9'] },
    ),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 1 }).map((text) => ({ reason: JSON.parse(text) as unknown })) },
);

const answers = [...Array.from({ length: 9 }, () => 'rollback'), 'ill-hosts', 'stand-down', 'fix-forward', 'maybe'];

/** An answer to a rollback that handed over. Most repeat the step; some leave out what the rollback does not have. */
export const handOverAnswer = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ answer: fc.constantFrom('retry', 'retry', 'retry-failed-hosts', 'skip', 'abort') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      answer: fc.constant('without-hosts'),
      hosts: fc.subarray([...hosts], { minLength: 1, maxLength: 2 }),
    }),
  },
);

/** The machine that rolls several phases back. */
const before = fc.constant('before' as const);

/** Which rollback a request is about: mostly a phase's, at times that of several phases or one that was started under a name. */
const about = fc.oneof(
  { weight: 8, arbitrary: fc.record({ phase }) },
  { weight: 1, arbitrary: fc.record({ phase: before }) },
  { weight: 1, arbitrary: fc.record({ rollback: executionName }) },
);

/** The number that an answer names: mostly that of the newest question, at times an old one, one not asked yet, or none. */
const numbered = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record({ question: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ question: 'none' }) },
);

const answerOf = (environment: string) =>
  fc
    .tuple(
      fc.record(
        { answer: fc.constantFrom(...answers), operator: person, reason: fc.constant('looked') },
        { requiredKeys: ['answer', 'operator'] },
      ),
      fc.oneof({ weight: 8, arbitrary: about }, { weight: 1, arbitrary: fc.constant({}) }),
      fc.oneof(
        { weight: 4, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.record({ as: credentials(environment) }) },
      ),
    )
    .map(([answer, which, as]) => ({ answer: { ...answer, ...which, ...as } }));

/** Releases that name no rollback release whichever has ended and holds the fleet. */
export const release = fc
  .tuple(
    person,
    fc.oneof(
      { weight: 8, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record({ rollback: executionName }) },
    ),
  )
  .map(([operator, which]) => ({ release: { operator, reason: 'looked at the hosts', ...which } }));

const statesOf = (one: number | 'before') => (one === 'before' ? statesOfSeveral : (states[one] ?? []));

const stop = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ phase, cause: fc.constant('the hosts are fine') }, { requiredKeys: ['phase'] }),
  },
  {
    weight: 3,
    arbitrary: fc
      .oneof({ weight: 8, arbitrary: phase }, { weight: 1, arbitrary: before })
      .chain((one) =>
        fc.record(
          { phase: fc.constant(one), in: fc.constantFrom(...statesOf(one)), after: lasting(1, 20) },
          { requiredKeys: ['phase', 'in'] },
        ),
      ),
  },
);

const annotation = (environment: string) =>
  fc.record(
    {
      operator: person,
      root_cause: fc.constant('the feed sent unscaled prices'),
      prevention_measures: fc.constant(['check the scale of each price']),
      note: fc.constant('looked at the desk'),
      false_positive: fc.boolean(),
      links: fc.constant(['https://example.com/incident']),
      as: credentials(environment),
    },
    { requiredKeys: ['operator'] },
  );
const review = (environment: string) =>
  fc.record(
    {
      operator: person,
      verdict: fc.constantFrom('right', 'right', 'wrong', 'fine'),
      reason: fc.constant('rows were corrupt'),
      as: credentials(environment),
    },
    { requiredKeys: ['operator', 'verdict'] },
  );

/** Refused: incidents have no follow-up, so no rollback has tasks. */
const task = (environment: string) =>
  fc.record(
    {
      operator: person,
      action: fc.constantFrom('complete', 'assign', 'add', 'accept', 'drop'),
      task: fc.integer({ min: 1, max: 9 }),
      owner: person,
      due: fc.constantFrom('2026-01-06', '2026-01-05T12:00:00Z'),
      title: fc.constant('call the feed'),
      note: fc.constant('done at the desk'),
      report: fc.constantFrom('interim', 'post-mortem'),
      as: credentials(environment),
    },
    { requiredKeys: ['operator', 'action'] },
  );

export const peoplesTroubles = (environment: string): readonly Kind[] => [
  ...startsAndAnswers(environment),
  ...stops(environment),
  ...lookingOn(environment),
  ...drills,
  ...deployments,
];

/** A start at a step of the phase, at times at a state that is no step, which is refused. Mostly after a rollback has stopped. */
const laterStart = phase.chain((one) =>
  fc
    .record(
      {
        from_step: fc.constantFrom(...(states[one] ?? [])),
        reason: fc.constant('the steps before are done'),
        operator: person,
        only_hosts: fc.subarray([...hosts], { minLength: 1 }),
        severity: fc.constantFrom('CRITICAL', 'HIGH'),
        mode: fc.constantFrom('live', 'live', 'live', 'plan'),
      },
      { requiredKeys: ['from_step', 'reason'] },
    )
    .map((input) => ({ start: { phase: one, input } })),
);

const drillInput = fc.record(
  { mode: fc.constant('simulate'), trigger: fc.constantFrom(...triggers), operator: person },
  { requiredKeys: ['mode'] },
);

const drills: readonly Kind[] = [
  {
    name: 'a drill, perhaps stopped',
    weight: 2,
    trouble: fc
      .tuple(phase, drillInput, fc.option(lasting(1, 30), { nil: undefined }))
      .map(([one, input, after]) => [
        timed({ start: { phase: one, input } }),
        ...(after === undefined ? [] : [timed({ stop: { phase: one, in: 'Hold the drill', after } })]),
      ]),
  },
];

const startsAndAnswers = (environment: string): readonly Kind[] => [
  {
    name: 'a start by hand',
    weight: 5,
    trouble: fc.tuple(phase, startInput).map(([one, input]) => [timed({ start: { phase: one, input } })]),
  },
  {
    name: 'a rollback of several phases, perhaps twice',
    weight: 2,
    trouble: severalTimes(
      fc
        .tuple(
          fc.constantFrom(...phases),
          fc.oneof({ weight: 4, arbitrary: fc.record({ severity: fc.constantFrom('CRITICAL', 'HIGH') }) }, startInput),
        )
        .map(([one, input]) => ({ start: { phase: 'before', input: { before: one, ...input } } })),
      300,
    ),
  },
  {
    name: 'a release, and starts at a later step',
    weight: 4,
    trouble: fc
      .tuple(severalTimes(laterStart, 900), person, seconds(30, 600))
      .map(([starts, operator, after]) => [
        timed({ release: { operator, reason: 'looked at the hosts' } }, after),
        ...starts,
      ]),
  },
  {
    name: 'a start under a name or as a person, perhaps twice',
    weight: 2,
    trouble: fc
      .record(
        { phase, name: executionName, as: credentials(environment), input: startInput },
        { requiredKeys: ['phase', 'name'] },
      )
      .chain((start) =>
        fc
          .option(seconds(1, 300), { nil: undefined })
          .map((again) => [timed({ start }), ...(again === undefined ? [] : [timed({ start }, again)])]),
      ),
  },
  {
    name: 'answers to a hand-over',
    weight: 6,
    trouble: severalTimes(
      fc.tuple(handOverAnswer, person, about, numbered).map(([given, operator, which, number]) => ({
        answer: { ...given, ...which, ...number, operator, reason: 'looked at the host' },
      })),
      600,
    ),
  },
  { name: 'answers', weight: 6, trouble: severalTimes(answerOf(environment), 300) },
  {
    name: 'two answers at once',
    weight: 1,
    trouble: fc.tuple(answerOf(environment), answerOf(environment)).map(([one, other]) => [timed(one), timed(other)]),
  },
];

const stops = (environment: string): readonly Kind[] => [
  { name: 'a stop', weight: 2, trouble: stop.map((one) => [timed({ stop: one })]) },
  {
    name: 'a stop, and a redrive',
    weight: 1,
    trouble: fc
      .tuple(stop, fc.record({ phase, as: credentials(environment) }, { requiredKeys: ['phase'] }), seconds(1, 400))
      .map(([one, redrive, after]) => [
        timed({ stop: one }),
        timed({ redrive: { ...redrive, phase: one.phase } }, after),
      ]),
  },
  { name: 'a redrive', weight: 1, trouble: phase.map((one) => [timed({ redrive: { phase: one } }, 240)]) },
  { name: 'releases', weight: 4, trouble: severalTimes(release, 900) },
];

/**
 * Looks change nothing, and annotations and reviews only the record of a rollback that has ended. A preparation adds a tag and
 * copies, and gives way to every rollback. A check of readiness only reads.
 */
const lookingOn = (environment: string): readonly Kind[] => [
  {
    name: 'looks at the hosts',
    weight: 2,
    trouble: severalTimes(
      fc
        .record({ check: fc.constantFrom('health', 'verify'), phase, quick: fc.boolean() }, { requiredKeys: ['check'] })
        .map((look) => ({ look })),
      400,
    ),
  },
  {
    name: 'preparations of deployments, some for the same version again',
    weight: 1,
    trouble: severalTimes(
      fc
        .record(
          { phase, version: fc.constantFrom('v1.5.0', 'v1.5.0', 'v1.6.0', 'v1..6'), operator: person },
          { requiredKeys: ['phase', 'version'] },
        )
        .map((prepare) => ({ prepare })),
      600,
    ),
  },
  {
    name: 'checks of readiness, confirmations of contacts, and subscriptions',
    weight: 1,
    trouble: severalTimes(
      fc.oneof(
        fc
          .record(
            { phase, version: fc.constantFrom('v1.5.0', 'v1.6.0', 'v1 6'), light: fc.boolean() },
            { requiredKeys: [] },
          )
          .map((ready) => ({ ready })),
        person.map((operator) => ({ contacts: { operator } })),
        fc
          .record({ protocol: fc.constantFrom('email', 'sms'), endpoint: fc.constantFrom('ana@example.com', '+4420') })
          .map((subscribe) => ({ subscribe })),
      ),
      600,
    ),
  },
  {
    name: 'annotations, reviews, and changes of tasks that nobody has',
    weight: 2,
    trouble: severalTimes(
      fc.oneof(
        fc.tuple(annotation(environment), about).map(([one, which]) => ({ annotate: { ...one, ...which } })),
        fc.tuple(review(environment), about).map(([one, which]) => ({ review: { ...one, ...which } })),
        fc.tuple(task(environment), about).map(([one, which]) => ({ task: { ...one, ...which } })),
      ),
      900,
    ),
  },
];

const deployments: readonly Kind[] = [
  {
    name: 'a deployment in mid-rollback, perhaps with its code',
    weight: 3,
    trouble: fc
      .tuple(phase, fc.constantFrom('v1.4.0', 'v1.3.1', 'v1.3.0'), fc.boolean())
      .map(([one, version, code]) => [
        ...(code ? [timed({ code: { version } })] : []),
        timed({ deployed: { phase: one, version } }, code ? 5 : 0),
      ]),
  },
  {
    name: 'code that nobody records',
    weight: 1,
    trouble: fc
      .record(
        { version: fc.constantFrom('v1.4.0', 'v1.2.0'), host: fc.constantFrom(...hosts) },
        { requiredKeys: ['version'] },
      )
      .map((code) => [timed({ code })]),
  },
];
