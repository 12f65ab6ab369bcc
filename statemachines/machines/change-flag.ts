import type { Infra } from '../../config/infra.ts';
import { phasesOfFlags } from '../../domain/flags/held-flag.ts';
import { knownFlags } from '../../domain/flags/known-flags.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { caughtSentence, failState, invokeState, type StateMachine, succeedState, thisExecution } from '../asl.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';

const rolledBack = 'Flag rolled back';

/** Returns the state machine by which a person sets a flag of the normal layer, as Amazon States Language. */
export function changeFlagMachine({ flags = {}, runbooks }: Pick<Infra, 'flags' | 'runbooks'>): StateMachine {
  return {
    Comment:
      'Sets a flag of the normal layer: {"flag": "data_source", "value": "databento", "operator": "ana", "reason": "new client is verified"}, with "strategy": "linear" or "canary" to set it gradually.',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: 3600,
    StartAt: 'Set the flag',
    States: {
      'Set the flag': invokeState({
        comment:
          'An override of the safety layer still wins. Each retry looks whether AppConfig has deployed the value, or taken it back because an alarm is red.',
        function: 'SetTheFlag',
        payload: {
          execution: { id: thisExecution.id, input: thisExecution.input },
          known: knownFlags(flags, runbooks),
          phases: phasesOfFlags(runbooks),
          pairs: runbooks.flatMap(pairsOf),
        },
        assign: { problem: null },
        timeoutSeconds: 60,
        // 6 s for a deployment at once; canary takes 20 minutes. 120 looks of up to 30 s are an hour.
        retry: [
          {
            ErrorEquals: ['RolloutUnderWay'],
            IntervalSeconds: 6,
            BackoffRate: 1.5,
            MaxDelaySeconds: 30,
            MaxAttempts: 120,
          },
        ],
        catch: [
          { ErrorEquals: ['FlagRolledBack'], Assign: { problem: caughtSentence }, Next: rolledBack },
          ...refusedOrFailed('FlagRefused', 'Flag refused'),
        ],
        next: 'Flag set',
      }),
      'Flag set': succeedState('Hosts read it within a poll (45 s). Runbook: docs/runbook.md#flag-set'),
      'Flag refused': failState('FlagRefused', 'flag-refused', 'Nothing was changed.'),
      [rolledBack]: failState('FlagRolledBack', 'flag-rolled-back', 'The hosts have the value from before again.'),
      ...failedUnexpectedly,
    },
  };
}

const pairsOf = ({ phase, target, forbidden }: Runbook) =>
  forbidden.map((pair) => ({ phase, target: target.version, ...pair }));
