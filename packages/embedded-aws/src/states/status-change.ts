import type { NewEvent } from '../events/event.ts';
import type { Execution } from './interpreter/execution.ts';

/** The most bytes of input and output together that an event contains. */
const MOST_BYTES = 248 * 1024;

/**
 * Returns the event that Step Functions sends when an execution starts, ends or is redriven. It contains input and output
 * unless they are too large (Step Functions guide, "Automating Step Functions event delivery with EventBridge").
 */
export function statusChange(execution: Execution): NewEvent {
  const input = execution.input.text;
  const output = execution.ending.output?.text ?? null;
  const included = Buffer.byteLength(input) + Buffer.byteLength(output ?? '') <= MOST_BYTES;
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.stateMachine.arn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt ?? null,
      input: included ? input : null,
      inputDetails: { included },
      output: included ? output : null,
      outputDetails: output === null ? null : { included },
    },
  };
}
