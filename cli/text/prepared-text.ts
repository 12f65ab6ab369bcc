import { counted } from '../../domain/counted.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import type { Preparation } from '../../domain/prepare/preparation.ts';

/** The number of hosts that fit a terminal; --json has all of them. */
const mostHosts = 20;

/** Returns what was prepared, for people: the tag, its commit, and what each host has. */
export function preparedText(
  { phase, version, tag, commit, prepared_at = '', hosts, left_the_fleet = [] }: Preparation,
  reports: readonly KeptVerdict[],
): string {
  const differing = reports.filter(({ report }) => report?.['different'] !== undefined);
  return [
    `Prepared: ${version} of phase ${phase} may be deployed to ${counted(hosts.length, 'host')}, since ${prepared_at}.`,
    `  tag     ${tag}`,
    `  commit  ${commit}`,
    ...reports.slice(0, mostHosts).map(hostLine),
    ...(reports.length > mostHosts ? [`  and ${reports.length - mostHosts} more: add --json`] : []),
    ...(left_the_fleet.length > 0
      ? [`Not prepared, because no longer in the fleet: ${left_the_fleet.join(', ')}`]
      : []),
    ...(differing.length > 0
      ? [
          'Files that differ from the commit are not in the tag. They were copied, but a rollback restores the commit:',
          ...differing.slice(0, mostHosts).map(differenceLine),
        ]
      : []),
    `After the deployment: npm run rollback -- deployed --phase ${phase} --version ${version}`,
  ].join('\n');
}

type Fields = Readonly<Record<string, unknown>>;

/** `host-1  new tag, 2 databases (12.3 MB), 14 files of the configuration`, or why the host is not prepared. */
export function hostLine({ name, verdict, reason, report }: KeptVerdict): string {
  if (verdict !== 'done' || !report)
    return `  ${name.padEnd(10)} not prepared: ${(reason ?? 'no response').replace(/^[a-z-]+\.py exited with \d+: /, '')}`;
  const [databases, configuration] = [report['databases'] as Fields, report['configuration'] as Fields];
  const count = Number(databases['count']);
  return [
    `  ${name.padEnd(10)} ${report['new_tag'] ? 'new tag' : 'had the tag'}`,
    `${counted(count, 'database')} (${sizeOf(Number(databases['bytes']))})`,
    `${counted(String(configuration['files']), 'file')} of the configuration`,
  ].join(', ');
}

const sizeOf = (bytes: number) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

const differenceLine = ({ name, report }: KeptVerdict): string => {
  const shown = (report?.['differences'] as readonly string[] | undefined) ?? [];
  const more = Number(report?.['different']) - shown.length;
  return `  ${name.padEnd(10)} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
