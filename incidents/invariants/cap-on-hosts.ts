import { hostsOf } from '../../domain/tables.ts';
import type { Evidence, Rollback } from '../evidence.ts';
import { actedWithoutAnswer } from './began-by-itself.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

/** An invocation may take so long between its look at other rollbacks and its event. */
const lookTakesMilliseconds = 300_000;

export const capOnHosts: Invariant = {
  name: 'cap-on-hosts',
  says: 'Rollbacks that begin by themselves touch no more hosts within a time than the cap allows.',
  breaks: (evidence) => {
    const { host_cap } = evidence.story;
    if (!host_cap) return [];
    const began = evidence.rollbacks.flatMap((rollback) => begunIn(evidence, rollback));
    return began.flatMap(({ rollback, from, hosts }) => {
      const since = from - host_cap.within * 1000 + lookTakesMilliseconds;
      const before = began.filter((one) => one.rollback !== rollback && one.from < from && one.to >= since);
      const touched = new Set([...hosts, ...before.flatMap((one) => one.hosts)]);
      if (hosts.length === 0 || touched.size <= host_cap.most) return [];
      const others = before.map((one) => named(one.rollback)).join(', ');
      return [
        `${named(rollback)} began by itself, and with it automation touched ${touched.size} hosts; the cap is ${host_cap.most}. Before it: ${others || 'none'}`,
      ];
    });
  },
};

type Begun = {
  readonly rollback: Rollback;
  readonly from: number;
  readonly to: number;
  /** Instance ids of the hosts to which a step was sent. */
  readonly hosts: readonly string[];
};

/** Returns when a rollback began by itself, until when it acted, and the hosts that it touched; nothing if a person began it. */
function begunIn({ history, end }: Evidence, rollback: Rollback): Begun[] {
  const { record, id } = rollback;
  if (!record || (record.alarm === null && record.operator !== 'reconcile')) return [];
  const [from] = actedWithoutAnswer(rollback);
  if (from === undefined) return [];
  const own = history.filter(({ pk, verdict }) => pk === hostsOf(id) && verdict !== 'not started');
  const hosts = [...new Set(own.map(({ sk }) => sk.split('#').at(-1) ?? ''))];
  return [{ rollback, from, to: record.completion_time ? milliseconds(record.completion_time) : end, hosts }];
}
