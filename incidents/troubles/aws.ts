import fc from 'fast-check';
import { actionFaults, functions, layers, phases } from '../names.ts';
import { type Kind, lasting, seconds, type Timed, timed, trigger } from './kind.ts';

// Troubles of AWS: its actions, functions, rules and flags.

/** Names of errors, and the responses that are lost or cannot be read (rehearsals/story-action.ts). */
export const actionErrors = [
  'ThrottlingException',
  'InternalServerError',
  'AccessDeniedException',
  'NoResponse',
  'GarbledResponse',
] as const;

/** The actions that a caller repeats after an error, although the first one may have been done. */
const writes = actionFaults.filter(({ action }) =>
  /:(Put|Update|Delete|TransactWrite)Item|:(SendCommand|StartExecution|StartDeployment|Publish)$/.test(action),
);

const length = (times: number) =>
  fc.oneof(fc.record({ fails: seconds(1, times) }), fc.record({ for: lasting(10, 150) }));

/** Most of a function's requests to AWS after which it ends: a Reconcile that repairs much makes more, and then it ends well. */
const MOST_REQUESTS = 30;

const misbehaviour = fc.oneof(
  fc.constant({ does: 'throttled' }),
  fc.record({ does: fc.constantFrom('times-out', 'crashes') }),
  fc.record({
    does: fc.constantFrom('times-out', 'crashes'),
    after: fc.oneof(seconds(1, 8), seconds(1, MOST_REQUESTS)),
  }),
);

const monitor = fc
  .tuple(fc.constantFrom(...layers), fc.constantFrom(...phases), trigger)
  .filter(([, , of]) => of !== 'performance_degradation')
  .map(([layer, phase, of]) => ({ monitor: { layer, alarm: `phase-${phase}-${of}` } }));

export const awsTroubles: readonly Kind[] = [
  {
    name: 'an AWS action that fails, hangs, or is done with its response lost or garbled',
    weight: 7,
    trouble: fc
      .tuple(
        fc.constantFrom(...actionFaults),
        fc.constantFrom(...actionErrors),
        length(6),
        fc.constantFrom({}, { done: true }),
      )
      .map(([action, error, times, done]) => [
        timed({ aws: { ...action, error, ...times, ...(error === 'GarbledResponse' ? {} : done) } }),
      ]),
  },
  {
    name: 'writes that are done, with their responses lost',
    weight: 3,
    trouble: fc
      .tuple(
        fc.constantFrom(...writes),
        fc.constantFrom('ThrottlingException', 'InternalServerError', 'NoResponse'),
        length(3),
      )
      .map(([action, error, times]) => [timed({ aws: { ...action, error, ...times, done: true } })]),
  },
  {
    name: 'a command that is sent, with its response lost',
    weight: 2,
    trouble: fc
      .tuple(fc.constantFrom('ThrottlingException', 'InternalServerError', 'NoResponse'), seconds(1, 4))
      .map(([error, fails]) => [timed({ aws: { action: 'ssm:SendCommand', error, fails, done: true } })]),
  },
  {
    name: 'SNS refuses messages for a while',
    weight: 1,
    trouble: fc
      .tuple(fc.constantFrom('ThrottlingException', 'InternalServerError'), lasting(10, 150))
      .map(([error, during]) => [timed({ aws: { action: 'sns:Publish', error, for: during } })]),
  },
  {
    name: 'an AWS action that fails for one caller',
    weight: 4,
    trouble: fc
      .tuple(
        fc.constantFrom(...actionFaults),
        fc.constantFrom(...actionErrors),
        length(6),
        fc.constantFrom(...functions, 'ana'),
      )
      .map(([action, error, times, caller]) => [timed({ aws: { ...action, error, caller, ...times } })]),
  },
  {
    name: 'a function that is throttled, times out or crashes, perhaps between two of its requests',
    weight: 6,
    trouble: fc
      .tuple(
        fc.constantFrom(...functions),
        misbehaviour,
        fc.oneof(
          { weight: 3, arbitrary: fc.record({ times: seconds(1, 3) }) },
          { weight: 1, arbitrary: fc.record({ for: lasting(10, 150) }) },
        ),
      )
      .map(([name, does, times]) => [timed({ function: { name, ...does, ...times } })]),
  },
  {
    name: 'Reconcile off for a while',
    weight: 2,
    trouble: seconds(60, 400).map((off) => [
      timed({ rule: { name: 'every-minute', state: 'disabled' } }),
      timed({ rule: { name: 'every-minute', state: 'enabled' } }, off),
    ]),
  },
  {
    name: 'a rule of alarms off for a while',
    weight: 1,
    trouble: fc
      .tuple(fc.constantFrom(...phases), seconds(20, 300))
      .map(([phase, off]) => [
        timed({ rule: { name: `phase-${phase}-red`, state: 'disabled' } }),
        timed({ rule: { name: `phase-${phase}-red`, state: 'enabled' } }, off),
      ]),
  },
  {
    name: "a person's rollout of a flag, perhaps with a monitor that rolls it back",
    weight: 2,
    trouble: fc
      .tuple(
        fc.record({
          flag: fc.constantFrom('order_routing', 'data_source', 'algorithm_version'),
          value: fc.constantFrom('v2', 'barchart'),
          strategy: fc.constantFrom('AppConfig.AllAtOnce', 'AppConfig.Linear20PercentEvery6Minutes'),
        }),
        fc.boolean(),
      )
      .chain(([rollout, monitored]) =>
        monitored
          ? monitor.map((one): readonly Timed[] => [timed(one), timed({ rollout }, 1)])
          : fc.constant<readonly Timed[]>([timed({ rollout })]),
      ),
  },
  {
    name: 'a monitor that rolls flags back',
    weight: 1,
    trouble: monitor.map((one) => [timed(one)]),
  },
];
