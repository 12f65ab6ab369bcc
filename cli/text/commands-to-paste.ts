import type { AskedList } from '../../domain/history/page-token.ts';
import { environmentOption } from '../../domain/message/execution-place.ts';
import { yourName, yourReason } from '../../domain/placeholder.ts';

/** Returns the command that shows a rollback, ready to paste. */
export const showCommand = (rollback: string, environment: string): string =>
  `npm run rollback -- show ${rollback}${environmentOption(environment)}`;

/** Returns the command that releases the fleet of a rollback, to paste once name and reason are filled in. */
export const releaseCommand = (rollback: string, environment: string): string =>
  `npm run rollback -- release --operator "${yourName}" --reason "${yourReason}" --rollback ${rollback}${environmentOption(environment)}`;

/** Returns the command that starts a rollback at a step, to paste once name and reason are filled in. */
export const beginCommand = (
  {
    phase,
    only_hosts,
    step,
  }: { readonly phase: number; readonly only_hosts: readonly string[] | null; readonly step: string },
  environment: string,
): string =>
  `npm run rollback -- start --phase ${phase}${only_hosts ? ` --only-hosts ${only_hosts.join(',')}` : ''} --from ${step} --operator "${yourName}" --reason "${yourReason}"${environmentOption(environment)}`;

type ListOptions = {
  readonly limit: number;
  readonly page: string;
  readonly json: boolean | undefined;
  readonly csv: boolean | undefined;
};

/** Returns the command that prints the next page of a list of rollbacks. */
export function historyCommand(
  { environment, filter, range }: AskedList,
  { limit, page, json, csv }: ListOptions,
): string {
  const { cause, ...values } = filter;
  return [
    'npm run rollback -- history',
    ...Object.entries({ ...values, ...range, limit }).map(([name, value]) => `--${name} ${quoted(String(value))}`),
    ...(cause === undefined ? [] : [cause ? '--with-cause' : '--without-cause']),
    ...(json ? ['--json'] : csv ? ['--csv'] : []),
    `--page ${page}${environmentOption(environment)}`,
  ].join(' ');
}

/** Quotes a value for bash and zsh, unless none of its characters is special there. */
const quoted = (value: string) =>
  /^[\w.:/@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
