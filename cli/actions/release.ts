import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { follow, startExecution } from '../account/execution.ts';
import { printFailure } from '../text/colour.ts';
import { withProgress } from '../text/progress.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly operator?: string;
  readonly reason?: string;
  readonly rollback?: string;
  readonly json?: boolean;
};

export async function release({ operator, reason, rollback, json = false, ...account }: Options): Promise<number> {
  const input = { operator, reason, rollback };
  refuseEarly(parseReleaseRequest, input, 'operator', 'reason', 'rollback');
  const what = `release the fleet${rollback === undefined ? '' : ` that rollback ${rollback} holds`}, as ${operator}`;
  return actingOn(account, what, async (connection) => {
    const executionArn = await startExecution(connection, 'release', input);
    const ended = await withProgress('Releasing', () => follow(connection, executionArn, () => {}));
    if (!ended) {
      console.error(`Stopped waiting; the release is still being processed: ${executionArn}`);
      return 130;
    }
    if (ended.status !== 'SUCCEEDED') {
      printFailure(ended.cause ?? `The fleet was not released: execution ${executionArn} ended ${ended.status}.`);
      return 1;
    }
    const { fleet, released } = JSON.parse(ended.output ?? '{}') as { fleet: string; released: string };
    console.log(json ? JSON.stringify({ fleet, released }, null, 2) : releasedText(fleet, released));
    return 0;
  });
}

const releasedText = (fleet: string, released: string) =>
  [
    `Fleet ${fleet} is free: rollback ${released} no longer holds it, and its history records the release.`,
    `Rollback ${released} will not resume; start it again if needed. A waiting rollback now takes the fleet.`,
  ].join('\n');
