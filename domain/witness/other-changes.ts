/** A change beside the deployment that a rollback would undo: it may explain the alarm as well. */
export type OtherChange =
  | { readonly of: 'deployment'; readonly at: string; readonly phase: number; readonly version: string }
  | { readonly of: 'flag'; readonly at: string; readonly flag: string; readonly value: string; readonly by: string }
  | { readonly of: 'host'; readonly at: string; readonly host: string; readonly what: string };

/** Beyond this number people read the newest. */
const mostNamed = 5;

/**
 * Returns, in sentences, the changes within the watch window before an alarm, newest first. `unread`: what could not be read, such as
 * `deployments of other phases`; that is never the same as "there was none".
 */
export function otherChangesSentences(
  changes: readonly OtherChange[],
  window: { readonly from: string; readonly to: string },
  unread: readonly string[],
): string[] {
  const within = changes
    .filter(({ at }) => at >= window.from && at <= window.to)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const more = within.length > mostNamed ? [`${within.length - mostNamed} more changes are older.`] : [];
  const first = within.slice(0, mostNamed).map(sentenceOf);
  return [
    ...(first.length > 0 ? [`Other changes in the watch window: ${first.join('; ')}.`, ...more] : []),
    ...(unread.length > 0 ? [`Other changes that could not be read: ${unread.join(', ')}.`] : []),
  ];
}

function sentenceOf(change: OtherChange): string {
  switch (change.of) {
    case 'deployment':
      return `phase ${change.phase} was deployed, ${change.version}, at ${change.at}`;
    case 'flag':
      return `${change.by} set the flag ${change.flag} to ${change.value} at ${change.at}`;
    case 'host':
      return `${change.host} has ${change.what}, first seen at ${change.at}`;
  }
}

/** The software of a host that people change beside deployments, as Systems Manager reports it. */
export type HostSoftware = { readonly agent_version?: string; readonly platform?: string };

/** Returns what changed on a host between two reports of Systems Manager, in words; undefined: nothing that both know. */
export function softwareChange(before: HostSoftware, now: HostSoftware): string | undefined {
  const pairs = [
    ['SSM agent', before.agent_version, now.agent_version],
    ['operating system', before.platform, now.platform],
  ] as const;
  const changed = pairs.filter(([, was, is]) => was && is && was !== is);
  return changed.length > 0 ? changed.map(([of, was, is]) => `${of} ${is}, before ${was}`).join(' and ') : undefined;
}
