import { type TradingNow, unhalted } from '../../domain/history/trading-now.ts';
import { message } from '../../domain/message/message.ts';
import { truthValues } from '../../domain/message/truth-values.ts';
import { differInFlags } from '../../domain/truth/compare-hosts.ts';
import type { ExpectedVersion } from '../../domain/truth/expected-versions.ts';
import { type FileFindings, holding } from '../../domain/truth/file-findings.ts';
import { compared, type FleetTruth, reportedBy, untold } from '../../domain/truth/fleet-truth.ts';
import type { TakenBack } from '../../domain/truth/undone.ts';
import type { WithdrawnVersion } from '../../domain/truth/withdrawn.ts';
import type { Publish } from '../clients/publish.ts';
import { older } from '../operations/freeze-hosts.ts';
import type { FleetHold, FleetTruths, StoppedHolder } from '../stores/fleet-truth.ts';
import { type LetGoDeps, letGo } from './let-go.ts';
import { type ReadLookDeps, readLook } from './read-look.ts';
import { type SendLookDeps, sendLook } from './send-look.ts';

export type WatchTheFleetDeps = ReadLookDeps &
  SendLookDeps &
  LetGoDeps & {
    readonly truths: FleetTruths;
    readonly hold: () => Promise<FleetHold>;
    readonly onRecord: () => Promise<OnRecord>;
    /** Returns when a rollback ended; null: it is open. */
    readonly endedAt: (rollback: string) => Promise<string | null>;
    /** Whether a deployment of flags was on its way to hosts that were asked at an instant. Only asked if their flags differ. */
    readonly flagsWereMoving: (askedAt: number) => Promise<boolean>;
    /** The newest check that read all files of all hosts. */
    readonly files: () => Promise<FileFindings | null>;
    /** Whether hosts may be shut down, because the market is closed. Absent: it never is. */
    readonly closed?: () => boolean;
    /** Whether a market was closed since an instant and hosts must run now. Absent: never. */
    readonly afterANight?: (since: string) => boolean;
    /** The versions that rollbacks took back. */
    readonly takenBack: () => Promise<readonly TakenBack[]>;
    /** The halts of trading that hold. */
    readonly trading: () => Promise<TradingNow>;
    readonly publish: Publish;
    readonly templates: Readonly<Record<'host-differs' | 'hosts-agree' | 'rollback-undone', string>>;
    /** The runbook's address, or its path in this repository. */
    readonly runbook: string;
    readonly environment: string;
    /** Counts a run after which at least one host differs, for the alarm. */
    readonly countDiffering: () => Promise<void>;
  };

/** The versions that hosts must or may have, and those that none should run. */
export type OnRecord = {
  readonly expected: readonly ExpectedVersion[];
  readonly withdrawn: readonly WithdrawnVersion[];
};

const nothing: OnRecord = { expected: [], withdrawn: [] };

export type Watched = Pick<FleetTruth, 'state' | 'differing' | 'not_compared'>;

/**
 * Compares what the hosts reported since the last run with the deployments on record, tells people if that has changed, and sends
 * the next look. Waits for nothing, takes no lock and changes nothing on a host. May run at any time.
 *
 * While a rollback holds the fleet, hosts differ because of it, so nothing is compared, and what was known stays known. The same holds for a look
 * that was sent before a rollback took the fleet and is read after it. A rollback that stopped may hold the fleet for days: from half an
 * hour on, or from the next session, the hosts are compared with each other, and what differs is told once.
 */
export async function watchTheFleet(deps: WatchTheFleetDeps): Promise<Watched> {
  const [before, { holder, since, fence }, { hosts }] = await Promise.all([
    deps.truths.read(),
    deps.hold(),
    deps.inventory(),
  ]);
  const overNight = since !== undefined && deps.afterANight?.(since) === true;
  const stopped = holder === null ? null : await stoppedFor(deps, holder, overNight);
  const works = holder !== null && stopped === null;
  const look = before.look?.fence === fence ? before.look : null;
  const at = new Date(deps.now()).toISOString();
  const [last, { expected, withdrawn }, taken, files, mayTrade] = await Promise.all([
    look && readLook(deps, look),
    stopped ? nothing : deps.onRecord(), // what is on record, its hosts may not have
    deps.takenBack(),
    deps.files(),
    deps.trading().then(
      (now) => Object.fromEntries(unhalted(now, hosts)),
      () => before.unhalted ?? {}, // while the history is away, what was known holds: silence is no all-clear
    ),
  ]);
  const moving =
    look && last && differInFlags(reportedBy(hosts, last))
      ? await deps.flagsWereMoving(Date.parse(look.sent_at))
      : false;
  const now =
    works || !look || !last
      ? { ...before, look: null, not_compared: whyNot(holder, before) }
      : withEachOther(
          stopped,
          compared(before, {
            ...{ hosts, seen: last, tooOld: older, expected: look.expected, taken: look.taken ?? [] },
            ...{
              withdrawn,
              moving,
              unhalted: mayTrade,
              closed: deps.closed?.() ?? false,
              asked_at: look.sent_at,
              at,
              holder,
            },
            files: (reported) => holding(files, fence, hosts, reported),
          }),
        );
  const told =
    now.not_compared === null ? await tell(deps, now, { expected: look?.expected ?? expected, stopped }) : now.told;
  if (now.state === 'differ') await deps.countDiffering();
  const truth = { ...now, told };
  if (works) return keep(deps, truth);
  try {
    // If it fails, the next comparison names the hosts that are still held.
    if (last && !stopped) await letGo(deps, reportedBy(hosts, last)).catch(() => {});
    return await keep(deps, { ...truth, look: await sendLook(deps, { hosts, expected, taken, fence }) });
  } catch (error) {
    // Stored, so that the next run reads no older look. The function then fails, and its errors have an alarm.
    await keep(deps, { ...truth, look: null, not_compared: `No look could be sent: ${(error as Error).message}` });
    throw error;
  }
}

/** Milliseconds after which a fleet is held for long by a rollback that stopped. */
const longHeld = 1_800_000;

/**
 * Returns the holder of the fleet if it stopped half an hour ago or earlier, or in an earlier session (`overNight`): hosts may not have
 * booted. null: it works, or people are about to act on it.
 */
async function stoppedFor(
  { endedAt, now }: WatchTheFleetDeps,
  holder: string,
  overNight: boolean,
): Promise<StoppedHolder | null> {
  const at = await endedAt(holder);
  return at !== null && (overNight || now() - Date.parse(at) >= longHeld) ? { rollback: holder, at } : null;
}

/** That the hosts of a fleet which a stopped rollback holds agree with each other does not say that they are as deployed. */
const withEachOther = (stopped: StoppedHolder | null, truth: FleetTruth): FleetTruth =>
  stopped && truth.state === 'agree'
    ? {
        ...truth,
        state: 'unknown',
        not_compared: `Rollback ${stopped.rollback} stopped and still held the fleet; its hosts agreed with each other.`,
      }
    : truth;

const whyNot = (holder: string | null, { look }: FleetTruth): string => {
  if (holder !== null) return `Rollback ${holder} held the fleet.`;
  return look ? 'A rollback took the fleet while the hosts were asked.' : 'The hosts were only being asked.';
};

async function keep({ truths }: WatchTheFleetDeps, truth: FleetTruth): Promise<Watched> {
  await truths.put(truth);
  const { state, differing, not_compared } = truth;
  return { state, differing, not_compared };
}

/** Tells people if the hosts that differ are others than those they know of. Returns the hash of what they know now. */
async function tell(
  { publish, templates, environment, runbook }: WatchTheFleetDeps,
  truth: FleetTruth,
  { expected, stopped }: { expected: readonly ExpectedVersion[]; stopped: StoppedHolder | null },
): Promise<string> {
  const hash = untold(truth);
  if (hash === undefined) return truth.told;
  const undone = truth.differences.find((one) => one.undone !== undefined)?.undone;
  const name = hash === '' ? 'hosts-agree' : undone === undefined ? 'host-differs' : 'rollback-undone';
  const { subject, body, audience } = message(templates[name], truthValues(truth, { expected, environment, stopped }));
  // Before it is stored: a run that dies in between tells it again, which is better than never.
  await publish(subject, body.replaceAll('docs/runbook.md', runbook), {
    message: name,
    audience,
    // The pager then opens the alert of that rollback again.
    ...(undone === undefined ? {} : { rollback: undone }),
  });
  return hash;
}
