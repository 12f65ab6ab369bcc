import { parseHalt, parseResume } from '../../domain/trading/halt-request.ts';
import type { HaltResult } from '../../domain/trading/halt-result.ts';
import type { HostTrading } from '../../domain/trading/orders.ts';
import type { Connection } from '../account/clients.ts';
import { follow, outputOfState, startExecution } from '../account/execution.ts';
import { print, printFailure } from '../text/colour.ts';
import { withProgress } from '../text/progress.ts';
import { haltFailedText, haltProgress, haltText, lateText, ordersText, resumedText } from '../text/trading-text.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly operator?: string | undefined;
  readonly reason?: string | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly json?: boolean;
};

/** The state after which everything is known of a halt. The execution goes on until people know it and it is recorded, which may take hours. */
const allIsKnown = 'Do people know the result?';
/** The states whose output is the result of a halt. */
const waitForHosts = 'Wait for every host';
const tellOfFailure = 'Tell that the halt failed';

/** The states through which the machine passes every few seconds. */
const repeated = [waitForHosts, 'Did every host answer?'];

/** Milliseconds after which a person is told to call if no host was named until then. */
const lateAfter = 28_000;

/** The result of a halt, with the broker to call, and why people were not told. */
type Halted = HaltResult & {
  readonly contact?: string;
  readonly untold?: { readonly problem: string };
  readonly problem?: string;
};

/** Halts trading. Returns 0 if every host confirmed, else 1. */
export async function halt({ operator, reason, hosts, json = false, ...account }: Options): Promise<number> {
  const input = inputOf({ operator, reason, hosts });
  refuseEarly(parseHalt, input, 'operator', 'reason', 'hosts');
  return actingOn(
    account,
    `halt trading on ${hostsInWords(hosts)}: stop order flow, cancel open orders`,
    async (connection) => {
      const executionArn = await startExecution(connection, 'halt', input);
      const contact = connection.environment.trading?.contact;
      const ended = await followHalt(connection, executionArn, contact);
      if (!ended) return interrupted('the halt', executionArn);
      const outputs = [waitForHosts, tellOfFailure].map((state) => outputOfState(connection, executionArn, state));
      const result = (await Promise.all(outputs)).find((one) => one !== undefined) as Halted | undefined;
      if (result?.untold) printFailure(`People were not told yet, and will be for a day: ${result.untold.problem}`);
      if (!result || result.problem !== undefined) {
        printFailure(
          haltFailedText(result?.problem ?? ended.cause ?? `execution ${executionArn} is ${ended.status}.`, contact),
        );
        return 1;
      }
      if (json) console.log(JSON.stringify(result, null, 2));
      else print(haltText(result, { contact }));
      return result.confirmed === result.hosts ? 0 : 1;
    },
  );
}

/**
 * Follows a halt until its result is known, and prints how many hosts have confirmed. Names those that have not as soon as the machine
 * does, and says whom to call, also if the machine does not get so far.
 */
const followHalt = (connection: Connection, executionArn: string, contact: string | undefined) =>
  withProgress('Halting', ({ above }) => {
    const say = (line: string) => above(line, console.error);
    const late = setTimeout(() => say(lateText(contact)), lateAfter);
    let named: string | undefined;
    const left = (state: string, output: unknown, ended: number) => {
      const told = haltProgress(state, output, { ended, named, contact });
      if (told) say(told.text);
      if (told?.named !== undefined) clearTimeout(late);
      named = told?.named ?? named;
    };
    const entered = (line: string) => repeated.some((state) => line.endsWith(`  ${state}`)) || say(line);
    return follow(connection, executionArn, entered, { enough: [allIsKnown], left }).finally(() => clearTimeout(late));
  });

/** Asks for trading to resume. Returns 0 if it did on every host, 3 if another person must ask, else 1. */
export async function resume(options: Options & { readonly despite?: readonly string[] }): Promise<number> {
  const { operator, reason, hosts, despite, json = false, ...account } = options;
  const input = { ...inputOf({ operator, reason, hosts }), ...(despite === undefined ? {} : { despite }) };
  refuseEarly(parseResume, input, 'operator', 'reason', 'hosts', 'despite');
  return actingOn(account, `ask for trading to resume on ${hostsInWords(hosts)}`, async (connection) => {
    const executionArn = await startExecution(connection, 'resume', input);
    const ended = await withProgress('Asking every host', ({ above }) =>
      follow(connection, executionArn, (line) => above(line, console.error)),
    );
    if (!ended) return interrupted('the request', executionArn);
    return printResume(connection, executionArn, { status: String(ended.status), cause: ended.cause, json });
  });
}

type Ended = { readonly status: string; readonly cause: string | undefined; readonly json: boolean };
type Asked = { readonly hosts: readonly HostTrading[]; readonly missing: number; readonly voided?: readonly string[] };

async function printResume(
  connection: Connection,
  executionArn: string,
  { status, cause, json }: Ended,
): Promise<number> {
  const asked = (await outputOfState(connection, executionArn, 'Ask every host for its orders')) as Asked | undefined;
  const resumed = (await outputOfState(connection, executionArn, 'Resume every host')) as
    | { readonly resumed: readonly string[]; readonly approved_by: readonly string[] }
    | undefined;
  const succeeded = status === 'SUCCEEDED';
  const state = succeeded ? (resumed ? 'resumed' : 'another person must ask') : 'refused';
  if (json) console.log(JSON.stringify({ state, ...(cause ? { cause } : {}), ...asked, ...resumed }, null, 2));
  else if (asked) print(ordersText(asked.hosts));
  if (!succeeded) {
    printFailure(cause ?? `Trading does not resume: execution ${executionArn} ended ${status}.`);
    return 1;
  }
  if (!json) print(resumedText(resumed, asked ?? { missing: 0 }));
  return resumed ? 0 : 3;
}

function interrupted(what: string, executionArn: string): number {
  console.error(`Stopped waiting; ${what} goes on: ${executionArn}`);
  return 130;
}

const inputOf = ({ operator, reason, hosts }: Pick<Options, 'operator' | 'reason' | 'hosts'>) => ({
  operator,
  reason,
  ...(hosts === undefined ? {} : { hosts }),
});

const hostsInWords = (hosts: readonly string[] | undefined) => hosts?.join(', ') ?? 'every host';
