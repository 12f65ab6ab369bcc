import { resumeScript } from '../../config/host-document.ts';
import {
  caughtSentence,
  expression,
  failState,
  invokeState,
  type StateMachine,
  succeedState,
  type Task,
  thisExecution,
} from '../asl.ts';
import { fleetCommand } from '../states/fleet-command.ts';
import { hostTaskTimeoutSeconds, stillRunning } from '../states/host-tasks.ts';
import { failedUnexpectedly, refusedOrFailed } from '../states/persons-request.ts';
import { documentOf, startedWith, type TradingParts, textsOf } from './halt.ts';

/** The customer's script may check its connections before it lets orders flow. */
const scriptSeconds = 60;

const ask = 'Ask every host for its orders';
const refusal = (name: string) => ({
  Comment: 'Refused',
  Condition: expression(`$${name}.refused != null`),
  Next: 'Resume refused',
});

/** Returns the state machine that resumes trading after a halt, as Amazon States Language. */
export const resumeMachine = (parts: TradingParts): StateMachine => ({
  Comment:
    'Resumes trading after a halt: {"operator": "ana", "reason": "orders are settled"}, with "hosts" for some. Refused while orders are not as the environment allows.',
  QueryLanguage: 'JSONata',
  TimeoutSeconds: 3600,
  StartAt: ask,
  States: { ...resumingStates(parts), ...endings, ...failedUnexpectedly },
});

/** The states that ask, prove and act. */
function resumingStates(parts: TradingParts): StateMachine['States'] {
  const part = partOf(parts);
  return {
    [ask]: part('ask', {
      comment:
        'Open and unacknowledged orders, position breaks, sequence gaps, and the halt, per host. Changes nothing.',
      assign: { asked: expression('$states.result.Payload'), proved: null },
      next: 'May trading resume?',
    }),
    'May trading resume?': {
      Type: 'Choice',
      Comment: 'What a host does not say is against it.',
      Choices: [
        refusal('asked'),
        {
          Comment: 'More people must ask',
          Condition: expression('$asked.missing != 0'),
          Next: 'Another person needed',
        },
      ],
      Default: 'Prove who asked',
    },
    'Prove who asked': part('prove', {
      comment: 'Waits until CloudTrail has verified enough different people, if the environment wants several.',
      assign: { proved: expression('$states.result.Payload') },
      next: 'Have enough people asked?',
    }),
    'Have enough people asked?': {
      Type: 'Choice',
      Comment: 'One person in two roles is one person.',
      Choices: [refusal('proved')],
      Default: 'Resume every host',
    },
    'Resume every host': part('resume', {
      comment:
        "Runs the customer's script on each host that looks at its orders once more, tells everybody and records it.",
      assign: { resumed: expression('$states.result.Payload') },
      next: 'Did every host resume?',
    }),
    'Did every host resume?': {
      Type: 'Choice',
      Comment: 'A host on which another halt has begun stays halted.',
      Choices: [
        {
          Comment: 'Not every one',
          Condition: expression('$resumed.refused != null'),
          Next: 'Not resumed everywhere',
        },
      ],
      Default: 'Trading resumed',
    },
  };
}

const endings: StateMachine['States'] = {
  'Trading resumed': succeedState('Every host that was halted trades again. Runbook: docs/runbook.md#trading-resumed'),
  'Another person needed': succeedState(
    'Nothing was resumed: another person must ask. Runbook: docs/runbook.md#another-person-needed',
  ),
  'Input refused': failState('InvalidInput', 'input-refused', 'Nothing was resumed.'),
  'Resume refused': failState('ResumeRefused', 'resume-refused', 'Trading stays halted.'),
  'Not resumed everywhere': failState(
    'NotResumed',
    'not-resumed-everywhere',
    'Trading stays halted on at least one host.',
  ),
};

/** Returns a function that makes a state of a part of the function resume-the-hosts. */
function partOf({ documents, templates }: TradingParts) {
  const request = {
    execution: { ...thisExecution, input: startedWith },
    command: fleetCommand({
      id: 'resume',
      name: 'Resume trading',
      kind: 'beside',
      script: resumeScript,
      seconds: scriptSeconds,
    }),
    documents: documentOf(documents, resumeScript.script),
    templates: textsOf(templates, ['resume-asked', 'resume-refused', 'trading-resumed']),
  };
  return (name: 'ask' | 'prove' | 'resume', task: { comment: string; next: string; assign: object }): Task =>
    invokeState({
      comment: task.comment,
      function: 'ResumeTheHosts',
      payload: {
        part: name,
        ...request,
        ...(name === 'ask' ? {} : { asked: expression('$asked') }),
        ...(name === 'resume' ? { proved: expression('$proved') } : {}),
      },
      assign: { ...task.assign, problem: expression('$states.result.Payload.refused') },
      timeoutSeconds: hostTaskTimeoutSeconds,
      ...(name === 'prove' ? { retry: [stillRunning] } : {}),
      catch:
        name === 'ask'
          ? refusedOrFailed('InvalidInput', 'Input refused')
          : [{ ErrorEquals: ['States.ALL'], Assign: { problem: caughtSentence }, Next: 'Failed unexpectedly' }],
      next: task.next,
    });
}
