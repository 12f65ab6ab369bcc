import { type DeployedBy, peopleText } from '../../domain/deployed-by.ts';
import { parseDeployment } from '../../domain/deployment-request.ts';
import { follow, startExecution } from '../account/execution.ts';
import { printFailure } from '../text/colour.ts';
import { withProgress } from '../text/progress.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly phase: number;
  readonly version: string;
  readonly at?: string;
  readonly again?: boolean;
  readonly canary?: boolean;
  readonly author?: string;
  readonly approver?: string;
  readonly json?: boolean;
};

type Recorded = DeployedBy & {
  /** It was on record already, and nothing was stored. */
  readonly repeated?: true;
  readonly version: string;
  readonly at: string;
  /** Names of the canary group. Absent: every host got it. */
  readonly hosts?: readonly string[];
  /** Why it should not be on every host yet. */
  readonly unpassed?: string;
  readonly prepared?: { readonly state: string; readonly tag: string; readonly prepared_at?: string };
};

const preparedText = ({ prepared }: Recorded): string => {
  if (!prepared)
    return 'It was not prepared: a rollback goes back to the runbook’s tag, and has only the copies that it makes itself.';
  return prepared.prepared_at
    ? `It was prepared at ${prepared.prepared_at}, with the tag ${prepared.tag}.`
    : 'Its preparation is not complete: not every host has the tag and copies.';
};

export async function deployed({
  phase,
  version,
  at,
  again,
  canary,
  author,
  approver,
  json = false,
  ...account
}: Options): Promise<number> {
  const input = { phase, version, at, author, approver, ...(again ? { again } : {}), ...(canary ? { canary } : {}) };
  // An embedded account has a clock of its own, so only the machine judges whether an instant is past.
  const sameInstant = at === undefined ? Date.now() : Date.parse(at);
  refuseEarly((found) => parseDeployment(found, [phase], sameInstant), input, 'version', 'at', 'author', 'approver');
  const what = `record that ${canary ? 'the canary group of ' : ''}phase ${phase} runs ${version}`;
  return actingOn(account, what, async (connection) => {
    const executionArn = await startExecution(connection, 'record-deployment', input);
    const ended = await withProgress('Recording', () => follow(connection, executionArn, () => {}));
    if (!ended) {
      console.error(`Stopped waiting; the deployment is still being recorded: ${executionArn}`);
      return 130;
    }
    if (ended.status !== 'SUCCEEDED') {
      printFailure(ended.cause ?? `The deployment was not recorded: execution ${executionArn} ended ${ended.status}.`);
      return 1;
    }
    const recorded = JSON.parse(ended.output ?? '{}') as Recorded;
    if (json) console.log(JSON.stringify({ phase, ...recorded }, null, 2));
    else for (const line of recordedLines(phase, recorded)) console.log(line);
    return 0;
  });
}

/** Returns what was recorded, what is against it, and the next step after the canary group. */
export function recordedLines(phase: number, recorded: Recorded): string[] {
  const { version, at, hosts, repeated, unpassed } = recorded;
  const runs = hosts
    ? `the canary group of phase ${phase} (${hosts.join(', ')}) runs ${version}`
    : `phase ${phase} runs ${version}`;
  const more = repeated
    ? 'Nothing was stored. If it was really deployed once more, add --again.'
    : preparedText(recorded);
  const words = `--phase ${phase} --version ${version}`;
  return [
    `${repeated ? 'Recorded already' : 'Recorded'}: ${runs}${peopleText(recorded)} since ${at}. ${more}`,
    ...(unpassed ? [`Warning: the canary group did not pass first: ${unpassed}.`] : []),
    ...(hosts
      ? [
          `The other hosts once the watch window has passed: npm run rollback -- watch ${words}, then npm run rollback -- ready ${words}`,
        ]
      : []),
  ];
}
