import {
  caughtInState,
  caughtSentence,
  expression,
  failState,
  invokeState,
  type Retrier,
  type State,
  type StateMachine,
  succeedState,
  thisExecution,
  transientErrors,
} from '../asl.ts';
import { hostTaskTimeoutSeconds, stillRunning } from '../states/host-tasks.ts';
import { type Looked, looks } from './look.ts';

/** A day longer than the follow-up itself. */
const timeoutSeconds = 8 * 86_400;

/** Reconcile closes a rollback whose execution was stopped within two minutes; an outage may last longer. */
const notClosedYet: Retrier = {
  ErrorEquals: ['NotClosedYet'],
  IntervalSeconds: 180,
  BackoffRate: 2,
  MaxAttempts: 4,
};

/** An outage of hours must not end a follow-up of seven days. All waits together are three hours. */
const duringOutages: Retrier = { ...transientErrors, IntervalSeconds: 60, MaxDelaySeconds: 3600, MaxAttempts: 8 };

/**
 * Returns the state machine that follows up a rollback for seven days, as Amazon States Language. It does one thing after the other, and waits
 * in between: at most 60 transitions in all.
 */
export function followUpMachine(looked: Looked): StateMachine {
  return {
    Comment:
      'Follows up a rollback that has ended: checks every host for a day, opens tasks, drafts the reports. {"rollback": "ID"} begins it by hand.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: timeoutSeconds,
    StartAt: 'Begin the follow-up',
    States: {
      'Begin the follow-up': begin,
      'Is a look due?': whichCheck,
      'Wait for the next look': wait('Until the next check of every host.', 'Look at the hosts'),
      'Look at the hosts': look(looked),
      'Wait for the next day': wait('Until the next check without the hosts.', 'Judge what was seen'),
      'Judge what was seen': check,
      'Followed up': succeedState(
        'Every check was made, or there was nothing to follow up: the output says which. Runbook: docs/runbook.md#followed-up',
      ),
      'Input refused': failState('InvalidInput', 'input-refused', 'Nothing was changed.'),
      'Follow-up failed': failState(
        'FollowUpFailed',
        'follow-up-failed',
        'Nobody watches the system after the rollback.',
      ),
    },
  };
}

/** The next check by the function's result, and nothing seen yet. */
const nextOne = {
  next: expression('$states.result.Payload.next'),
  hosts: expression('$states.result.Payload.hosts'),
  minutes: expression('$states.result.Payload.minutes'),
  look: null,
  problem: null,
};

const begin = invokeState({
  comment: 'Opens the tasks. A rollback that touched no host needs no follow-up.',
  function: 'FollowTheRollback',
  payload: { begin: { input: thisExecution.input, execution: thisExecution.id } },
  assign: {
    rollback: expression('$states.result.Payload.rollback'),
    ...nextOne,
  },
  timeoutSeconds: 110, // longer than the function's own
  retry: [notClosedYet],
  transientErrors: duringOutages,
  catch: [
    { ErrorEquals: ['InvalidInput'], Assign: { problem: caughtSentence }, Next: 'Input refused' },
    { ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Follow-up failed' },
  ],
  next: 'Is a look due?',
});

const whichCheck: State = {
  Type: 'Choice',
  Comment: 'Every host is asked for a day; then only alarms are read.',
  Choices: [
    {
      Comment: 'of every host',
      Condition: expression('$hosts = true'),
      Next: 'Wait for the next look',
    },
    { Comment: 'without hosts', Condition: expression('$next != null'), Next: 'Wait for the next day' },
  ],
  Default: 'Followed up',
};

const wait = (comment: string, next: string): State => ({
  Type: 'Wait',
  Comment: comment,
  Timestamp: expression('$next'),
  Next: next,
});

/** Each look has a name of its own, because hosts report under it. If it fails, the check says so and goes on. */
function look(looked: Looked): State {
  const { checks, reviewed } = looks(looked);
  return invokeState({
    comment: 'Runs the comprehensive health check on every host, without a lock. No data is never PASS.',
    function: 'LookAtHosts',
    payload: {
      execution: {
        id: thisExecution.id,
        name: expression("$states.context.Execution.Name & '-' & $string($minutes)"),
        start_time: expression('$states.context.State.EnteredTime'),
        input: { check: 'health' },
      },
      fleet: '${Fleet}',
      checks,
      documents: reviewed,
    },
    assign: { look: expression('$states.result.Payload'), problem: null },
    timeoutSeconds: hostTaskTimeoutSeconds,
    retry: [{ ...stillRunning, MaxAttempts: 3 }],
    catch: [
      { ErrorEquals: ['States.ALL'], Assign: { look: null, problem: caughtSentence }, Next: 'Judge what was seen' },
    ],
    next: 'Judge what was seen',
  });
}

const check = invokeState({
  comment: 'Judges what was seen, pages about a relapse, drafts the reports that are due.',
  function: 'FollowTheRollback',
  payload: {
    check: {
      rollback: expression('$rollback'),
      look: expression('$look'),
      not_looked: expression('$problem'),
    },
  },
  assign: nextOne,
  timeoutSeconds: 110, // longer than the function's own
  transientErrors: duringOutages,
  catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtInState }, Next: 'Follow-up failed' }],
  next: 'Is a look due?',
});
