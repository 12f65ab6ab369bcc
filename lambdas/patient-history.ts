import type { Happened } from '../domain/event.ts';
import { endOf } from '../domain/event.ts';
import type { HostVerdict } from '../domain/host-verdict.ts';
import { type History, NeverOpened, type StoredVerdict } from './history.ts';
import type { Outbox } from './outbox.ts';

/**
 * A history that never stops a rollback: what its table will not take waits in the outbox and is written, in order, as
 * soon as the table takes something again. The record then says how much came late.
 */
export function patientHistory(history: History, outbox: Outbox, now: () => number): History {
  const catchUp = async (rollback: string): Promise<void> => {
    const late = await outbox.read(rollback);
    if (late.length === 0) return;
    const events = late.flatMap((one) => (one.kind === 'event' ? [one.happened] : []));
    const hosts = late.flatMap((one) => (one.kind === 'host' ? [one] : []));
    for (const { step, verdict } of hosts) await history.putHosts(rollback, step, [hostVerdictOf(verdict)]);
    await history.append(rollback, ...events, caughtUp(late.length, new Date(now()).toISOString()));
    for (const one of late) await outbox.drop(one);
  };
  const withLate = async (
    rollback: string,
    stored: readonly StoredVerdict[],
    step?: string,
  ): Promise<readonly StoredVerdict[]> => {
    const late = (await outbox.read(rollback)).flatMap((one) =>
      one.kind === 'host' && (!step || one.step === step) ? [one.verdict] : [],
    );
    const newer = new Set(late.map(({ instance_id }) => instance_id));
    return [...stored.filter(({ instance_id }) => !newer.has(instance_id)), ...late];
  };
  return {
    events: (rollback) => history.events(rollback),
    append: async (rollback, ...happened) => {
      try {
        await catchUp(rollback);
        return await history.append(rollback, ...happened);
      } catch (error) {
        if (error instanceof NeverOpened && (await outbox.read(rollback)).length === 0) throw error;
        for (const one of happened) await outbox.keep({ rollback, kind: 'event', happened: one });
        return endOf(await history.events(rollback).catch(() => []));
      }
    },
    putHosts: async (rollback, step, verdicts) => {
      try {
        await history.putHosts(rollback, step, verdicts);
      } catch {
        for (const verdict of verdicts)
          await outbox.keep({ rollback, kind: 'host', step, verdict: storedVerdict(verdict) });
      }
    },
    hosts: async (rollback, step) => withLate(rollback, await history.hosts(rollback, step), step),
    everyHost: async (rollback) => withLate(rollback, await history.everyHost(rollback)),
  };
}

const caughtUp = (count: number, at: string): Happened => ({
  id: `caught-up/${at}`,
  type: 'History caught up',
  at,
  detail: { late: count },
});

const storedVerdict = ({ host, ...rest }: HostVerdict): StoredVerdict => ({ ...host, ...rest });
const hostVerdictOf = ({ instance_id, name, ...rest }: StoredVerdict): HostVerdict => ({
  host: { instance_id, name },
  ...rest,
});
