import { type Backend, type Fields, NotKnown } from '../../console/backend.ts';
import { endings } from '../../domain/ending.ts';
import type { RecordSummary } from '../../domain/history/record-index.ts';
import { severities } from '../../domain/severity.ts';
import { triggers } from '../../domain/trigger.ts';
import { accountClock, accountWatch, controlsOf } from '../account/account-controls.ts';
import type { Connected } from '../account/clients.ts';
import { checkedIdentity } from '../account/identity.ts';
import { liveRollbacks } from '../account/live-rollbacks.ts';
import type { MovingClock } from '../account/moving-clock.ts';
import { readDue, readRelapses } from '../account/read-due.ts';
import { readNewestState } from '../account/read-machine.ts';
import { readRollbacks } from '../account/read-rollbacks.ts';
import { asSentence } from '../account/with-account.ts';
import { environments, phaseNumbers, phases } from '../text/known-names.ts';
import { liveReader } from '../text/live-rollback.ts';
import { type Part, type PartName, partLines } from '../text/status-text.ts';
import { consoleActs, rightsReader } from './console-acts.ts';
import { accountFaults } from './console-faults.ts';
import { consoleReads, incidentHtml } from './console-reads.ts';
import { statusParts } from './status.ts';

/** Milliseconds between two reads. The embedded account reports changes; AWS's prices make a read each two seconds a cent an hour. */
const every = { embedded: { fast: 5000, slow: 3000 }, aws: { fast: 2000, slow: 15_000 } } as const;

/** The parts of the status that change while a rollback runs. */
const fastParts = ['fleet', 'brakes'] as const;
/** Too many requests for each change: DescribeAlarms allows nine a second (CloudWatch quotas). */
const slowParts = [
  ...(['trading', 'sessions', 'alarms', 'budgets', 'hosts', 'readiness', 'preparations'] as const),
  ...(['deployments', 'verified', 'owed', 'truth'] as const),
];

type Options = {
  /** The console may act. */
  readonly act: boolean;
  /** The clock of an embedded account that this program moves. */
  readonly movingClock?: MovingClock;
};

/** Returns the account behind the console, with the reader's own credentials. */
export function consoleBackend(connection: Connected, { act, movingClock }: Options): Backend {
  const { endpoint } = connection.environment;
  const clock = accountClock(connection);
  const readLive = liveReader(connection);
  // The sentences are those of `rollback status`.
  const inSentences = (name: PartName, part: Part<unknown> | undefined) =>
    part && 'read' in part ? { ...part, lines: partLines(name, part.read as never, connection.name) } : (part ?? null);
  const statusOf = async (names: readonly (keyof ReturnType<typeof statusParts>)[]) => {
    const read = statusParts(connection, clock.now());
    const found = await Promise.all(names.map(async (name) => [name, inSentences(name, await read[name]())]));
    return Object.fromEntries(found);
  };
  const part = async (read: () => Promise<unknown>) => {
    try {
      return { read: await read() };
    } catch (error) {
      return { unreadable: (asSentence(error, connection) as Error).message };
    }
  };
  const open = async () => {
    const records = await liveRollbacks(connection, phaseNumbers());
    const found = await Promise.all(
      records.map(async ({ rollback_id, execution_arn }) => {
        const [state, live] = await Promise.all([
          readNewestState(connection, execution_arn).catch(() => null), // a comfort: the rest is right without it
          readLive(rollback_id, clock.now()),
        ]);
        return live && { ...live, state };
      }),
    );
    return found.filter((one) => one !== undefined);
  };
  return {
    about: () => inWords(connection, () => about(connection, act)),
    parts: {
      fast: async () => {
        const [status, read] = await Promise.all([statusOf(fastParts), part(open)]);
        return { ...status, open: read };
      },
      slow: async () => {
        const time = await part(clock.read);
        const [due, newest, status] = await Promise.all([
          part(() => readWaiting(connection)),
          part(() => recent(connection)),
          statusOf(slowParts),
        ]);
        return { ...status, clock: time, due, recent: newest };
      },
    },
    every: endpoint ? every.embedded : every.aws,
    ...(endpoint ? { changes: accountWatch(connection) } : {}),
    reads: inWordsAll(connection, {
      ...consoleReads(connection, { readLive, now: clock.now }),
      rights: act ? rightsReader(connection) : async () => ({ allowed: false, why: 'This console only reads.' }),
    }),
    acts: act ? inWordsAll(connection, actsOf(connection, { now: clock.now, movingClock })) : {},
    page: (id) => inWords(connection, () => incidentHtml(connection, id, clock.now())),
  };
}

function actsOf(
  connection: Connected,
  { now, movingClock }: { readonly now: () => number; readonly movingClock: MovingClock | undefined },
): Answers {
  const controls = controlsOf(connection);
  const faults = accountFaults(connection, { controls, now, clock: movingClock });
  return { ...consoleActs(connection, now), ...(connection.environment.endpoint ? faults : {}) };
}

async function about(connection: Connected, act: boolean) {
  const { name, environment } = connection;
  const caller = environment.endpoint ? nameOf(connection) : (await checkedIdentity(connection)).arn;
  return {
    environment: name,
    region: environment.region,
    account: environment.account,
    embedded: environment.endpoint !== undefined,
    act,
    caller,
    fleet: environment.fleet.name,
    phases: phases.values().map(({ value, about: title }) => ({ phase: Number(value), title: title ?? '' })),
    filters: { severity: severities, ending: endings, trigger: triggers },
    environments: environments.values().map(({ value }) => value),
  };
}

/** An embedded account takes the access key id as the caller's name. */
function nameOf({ settings }: Connected): string {
  const { credentials } = settings;
  return credentials && 'accessKeyId' in credentials ? credentials.accessKeyId : 'unknown';
}

/** Reads the work that waits for people after the end of rollbacks: relapses first. */
async function readWaiting(connection: Connected) {
  const due = await readDue(connection);
  return [...(await readRelapses(connection, due)), ...due];
}

/** The newest rollbacks, for the page that is seen first. */
async function recent(connection: Connected): Promise<readonly RecordSummary[]> {
  return (await readRollbacks(connection, { filter: { mode: 'live' }, limit: 8 })).rollbacks;
}

async function inWords<Result>(connection: Connected, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotKnown) throw new NotKnown(asSentence(error.cause, connection));
    throw asSentence(error, connection);
  }
}

type Answers = Readonly<Record<string, (fields: Fields) => Promise<unknown>>>;

/** Makes the errors of each answer sentences for people. */
const inWordsAll = (connection: Connected, all: Answers): Answers =>
  Object.fromEntries(
    Object.entries(all).map(([name, one]) => [name, (fields: Fields) => inWords(connection, () => one(fields))]),
  );
