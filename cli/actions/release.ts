import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { follow, startExecution } from '../account/execution.ts';
import { printFailure } from '../text/colour.ts';
import { showCommand } from '../text/commands-to-paste.ts';
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
    const { fleet, released, next = null } = JSON.parse(ended.output ?? '{}') as Released;
    console.log(
      json
        ? JSON.stringify({ fleet, released, next }, null, 2)
        : releasedText({ fleet, released, next }, connection.name).join('\n'),
    );
    return 0;
  });
}

/** The output of the machine. `next`: the rollback that is next; `kept`: the fleet is kept for a person to release it. */
type Released = {
  readonly fleet: string;
  readonly released: string;
  readonly next?: { readonly rollback: string; readonly kept: boolean } | null;
};

/** Returns the lines about a fleet that was released. */
export function releasedText({ fleet, released, next }: Released, environment: string): string[] {
  const of = `rollback ${released} no longer holds it, and its history records the release.`;
  const over = `Rollback ${released} will not resume; start it again if needed.`;
  if (next?.kept)
    return [
      `Fleet ${fleet} is kept for rollback ${next.rollback}, which ended "Needs a person"; ${of}`,
      `${over} Within minutes ${next.rollback} holds the fleet. Once its hosts are safe, release it too:`,
      `  ${showCommand(next.rollback, environment)}`,
    ];
  return [
    next ? `Fleet ${fleet} was released: ${of}` : `Fleet ${fleet} is free: ${of}`,
    ...(next
      ? [
          `${over} Rollback ${next.rollback} waits for the fleet and is next. It takes the fleet within 30 s and begins on the hosts, unless its alarms recovered:`,
          `  ${showCommand(next.rollback, environment)}`,
        ]
      : [over]),
  ];
}
