import { documentId, type HostDocument, haltScript } from '../../config/host-document.ts';
import {
  type Catcher,
  caught,
  caughtInState,
  caughtSentence,
  expression,
  failState,
  invokeState,
  type Retrier,
  type StateMachine,
  succeedState,
  type Task,
  thisExecution,
  transientErrors,
} from '../asl.ts';
import { fleetCommand } from '../states/fleet-command.ts';
import { documentName } from '../states/host-tasks.ts';
import { textOf } from '../states/messages.ts';

/** The parts of infra/ from which the machines of halts and resumes are made. */
export type TradingParts = {
  readonly documents: readonly HostDocument[];
  readonly templates: Readonly<Record<string, string>>;
};

/** Returns the document of a script, with the hash of its reviewed content. */
export const documentOf = (documents: readonly HostDocument[], script: string) =>
  documents.filter(({ id }) => id === documentId(script)).map(({ id, sha256 }) => ({ name: documentName(id), sha256 }));

export const startedWith = expression('$states.context.Execution.Input');

export const textsOf = (templates: TradingParts['templates'], names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, textOf(templates, name)]));

/** Longer than the function, which times out after 15 s, so that its error arrives. */
const haltTaskTimeoutSeconds = 60;

/**
 * Calls the function again one second after it timed out, or could not send yet: hosts trade on meanwhile. Eight times 15 + 1 s are the two
 * minutes for which a halt is tried.
 */
const calledAgain: Retrier = {
  ErrorEquals: ['HaltUnsent', 'Sandbox.Timedout', 'States.Timeout'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts: 8,
};

/** The script of a halt stops order flow: it must be over within this many seconds. */
const scriptSeconds = 30;

/**
 * Returns the state machine that halts trading, as Amazon States Language. Until people have been told it needs Systems Manager
 * and SNS only; what it did is recorded afterwards, for up to a day.
 */
export const haltMachine = (parts: TradingParts): StateMachine => ({
  Comment:
    'Halts trading on every host, or on those that "hosts" names: {"operator": "ana", "reason": "orders without answers"}. Takes no lock; may be repeated.',
  QueryLanguage: 'JSONata',
  TimeoutSeconds: 50 * 3600, // a day to tell people, then a day to record it, and what comes before
  StartAt: 'Send the halt to every host',
  States: {
    ...haltingStates(parts),
    'Record the halt': recordState(),
    'Did every host confirm?': {
      Type: 'Choice',
      Comment: 'A host that did not confirm may still trade.',
      Choices: [
        {
          Comment: 'Every host confirmed',
          Condition: expression('$halt.hosts > 0 and $halt.confirmed = $halt.hosts'),
          Next: 'Trading halted',
        },
        { Comment: 'No host was asked', Condition: expression('$halt.hosts = 0'), Next: 'Halt failed' },
      ],
      Default: 'Not confirmed',
    },
    ...endings(),
  },
});

const notTold = expression(`'' & $problem & ' Nobody could be told: ' & ${caught}`);

/** The states that act, and tell people. */
function haltingStates(parts: TradingParts): StateMachine['States'] {
  const part = partOf(parts);
  const failed: Catcher = {
    ErrorEquals: ['States.ALL'],
    Assign: { problem: caughtInState, halt: null },
    Next: 'Tell that the halt failed',
  };
  return {
    'Send the halt to every host': part('send', {
      Comment:
        "Sends the customer's own script to every host, without a lock and without a table, then tells everybody.",
      Catch: [{ ErrorEquals: ['InvalidInput'], Assign: { problem: caughtSentence }, Next: 'Input refused' }, failed],
      Next: 'Does the market explain the alarm?',
    }),
    'Does the market explain the alarm?': {
      Type: 'Choice',
      Comment: 'Then nothing was sent: an alarm is only silent while the market is closed or halted.',
      Choices: [{ Comment: 'Yes', Condition: expression('$exists($halting.not_halted)'), Next: 'Market not open' }],
      Default: 'Wait for every host',
    },
    'Wait for every host': part('wait', {
      Comment:
        'Names within 30 s the hosts that did not confirm, with the broker to call. Shows every few seconds how far it is.',
      more: { halting: expression('$halting') },
      Catch: [failed],
      Next: 'Did every host answer?',
    }),
    'Did every host answer?': {
      Type: 'Choice',
      Comment: 'The halt waits two minutes for hosts that do not confirm.',
      Choices: [{ Comment: 'No', Condition: expression('$exists($halt.waiting)'), Next: 'Wait for every host' }],
      Default: 'Do people know the result?',
    },
    'Do people know the result?': {
      Type: 'Choice',
      Comment: 'SNS may be away for hours, and hosts that did not confirm may still trade.',
      Choices: [{ Comment: 'No', Condition: expression('$exists($halt.untold)'), Next: 'Tell the result again' }],
      Default: 'Record the halt',
    },
    'Tell the result again': part('tell', {
      Comment: 'Tells everybody as soon as SNS takes it, for up to a day.',
      more: { halt: expression('$halt') },
      transientErrors: untilSnsResponds,
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Record the halt' }],
      Next: 'Record the halt',
    }),
    'Tell that the halt failed': part('failed', {
      Comment: 'Tells everybody that trading may go on, with the broker to call.',
      more: { problem: expression('$problem') },
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: notTold }, Next: 'Halt failed' }],
      Next: 'Do people know the result?',
    }),
  };
}

type More = { readonly more?: object; readonly transientErrors?: Retrier };

/** Returns a function that makes a state of a part of the function halt-the-hosts. */
function partOf({ documents, templates }: TradingParts) {
  const request = {
    execution: { ...thisExecution, input: startedWith },
    command: fleetCommand({
      id: 'halt',
      name: 'Halt trading',
      kind: 'beside',
      script: haltScript,
      seconds: scriptSeconds,
    }),
    documents: documentOf(documents, haltScript.script),
    templates: textsOf(templates, ['trading-halt', 'trading-halted', 'halt-not-confirmed', 'halt-failed']),
  };
  return (name: 'send' | 'wait' | 'tell' | 'failed', task: Pick<Task, 'Comment' | 'Next' | 'Catch'> & More) =>
    invokeState({
      comment: task.Comment,
      function: 'HaltTheHosts',
      payload: { part: name, ...request, ...task.more },
      assign:
        name === 'send'
          ? { halting: expression('$states.result.Payload'), problem: null }
          : {
              halt: expression('$states.result.Payload'),
              ...(name === 'wait' ? { halting: expression('[$states.result.Payload.waiting, $halting][0]') } : {}),
            },
      timeoutSeconds: haltTaskTimeoutSeconds,
      retry: [calledAgain],
      ...(task.transientErrors ? { transientErrors: task.transientErrors } : {}),
      catch: task.Catch,
      next: task.Next,
    });
}

/**
 * Records for up to a day: the history may be away for hours, and nothing waits for this. A wait is a random part of five minutes,
 * so 600 of them take a day on average.
 */
const forADay: Retrier = { ...transientErrors, MaxDelaySeconds: 300, MaxAttempts: 600 };

/** A publication that SNS refuses for any reason: nobody else tells people the result. */
const untilSnsResponds: Retrier = { ...forADay, ErrorEquals: [...transientErrors.ErrorEquals, 'HaltUntold'] };

const recordState = (): Task =>
  invokeState({
    comment:
      'Records what was done, in the name of the person. Tries again for a day while the history does not respond.',
    function: 'RecordTheHalt',
    payload: { result: expression('$halt'), input: startedWith },
    timeoutSeconds: 60,
    transientErrors: forADay,
    catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Not recorded' }],
    next: 'Did every host confirm?',
  });

/** The broker or exchange to call; nothing if the function could not say it. */
const callThem = ` & ($exists($halt.contact) ? ' Call ' & $halt.contact & '.' : '')`;

const endings = () => ({
  'Trading halted': succeedState(
    'Every host confirmed. Only `rollback resume` ends it. Runbook: docs/runbook.md#trading-halted',
  ),
  'Market not open': succeedState(
    'The market was closed or halted, which explains the silent alarm. Nothing was halted. Runbook: docs/runbook.md#market-not-open',
  ),
  'Input refused': failState('InvalidInput', 'input-refused', 'Nothing was halted.'),
  'Not confirmed': {
    ...failState('HostsNotConfirmed', 'halt-not-confirmed', 'At least one host did not confirm: it may still trade.'),
    Cause: expression(
      `$string($halt.hosts - $halt.confirmed) & ' of ' & $string($halt.hosts) & ' hosts did not confirm the halt: ' & $join($halt.not_confirmed[[0..9]].(host & ' (' & reason & ')'), '; ') & '.'${callThem} & ' Runbook: docs/runbook.md#halt-not-confirmed'`,
    ),
  },
  'Halt failed': {
    ...failState('HaltFailed', 'halt-failed', 'No host was asked, or nobody knows how far it got: trading may go on.'),
    Cause: expression(`$problem${callThem} & ' Runbook: docs/runbook.md#halt-failed'`),
  },
  'Not recorded': failState(
    'HaltNotRecorded',
    'halt-not-recorded',
    'The halt was carried out, but the history did not take it for a day.',
  ),
});
