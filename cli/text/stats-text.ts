import { counted } from '../../domain/counted.ts';
import type { Ending } from '../../domain/ending.ts';
import { bucketError } from '../../domain/history/histogram.ts';
import type { Difference } from '../../domain/statistics/comparison.ts';
import { deploymentsCell } from '../../domain/statistics/contribution.ts';
import type { Figures, Group, Minutes, Share } from '../../domain/statistics/figures.ts';
import { criteria } from '../../domain/statistics/success-criteria.ts';
import { table } from './table.ts';

/** The statistics of an environment, as `rollback stats --json` prints them. */
export type StatisticsReport = {
  readonly environment: string;
  readonly mode: string;
  /** Months, `2026-11`; the last one is included. */
  readonly from: string;
  readonly to: string;
  readonly by: string | null;
  /** Every percentile and maximum is at most this share beside the true value. Counts and means are exact. */
  readonly bucket_error: number;
  /** Months whose counters are being rebuilt; the figures are those of before. */
  readonly being_rebuilt: readonly string[];
  /** Links of the history that are not counted yet, such as the end of a rollback in the last minute. */
  readonly not_counted: number;
  readonly groups: readonly Group[];
};

const none = 'n/a';

/** Returns the statistics for people. `n/a` means that there is nothing to count, which is not 0 %. */
export const statsText = (report: StatisticsReport): string =>
  [
    `ROLLBACKS  ${modeWords(report.mode)} that started ${monthWords(report)}, in UTC; environment ${report.environment}`,
    ...table(rollbackHeader, report.groups.map(rollbackRow)),
    `MINUTES  percentiles and maximum within ${percent(bucketError)} or 3 s; mean exact; limits as the environment's file has them now`,
    ...minutesLines(report.groups),
    'REVIEWS  of automatic CRITICAL rollbacks; overdue is judged by the hour',
    ...table(reviewHeader, report.groups.map(reviewRow)),
    ...deploymentLines(report.groups),
    'SUCCESS CRITERIA  met, of the live rollbacks that took the fleet and of which it is known; rollback report --month names each',
    ...table(criteriaHeader, report.groups.map(criteriaRow)),
    ...report.being_rebuilt.map((month) => `The counters of ${month} are being rebuilt; these are the ones of before.`),
    report.not_counted === 0
      ? 'Every end, annotation and review so far is counted.'
      : `Links of the history that are not counted yet: ${report.not_counted}. Reconcile counts 50 in a minute.`,
  ].join('\n');

const modeWords = (mode: string) => ({ live: 'live ones', plan: 'plans', simulate: 'drills' })[mode] ?? mode;
const monthWords = ({ from, to }: StatisticsReport) => (from === to ? `in ${from}` : `from ${from} to ${to}`);

/** Endings that did not roll back because that was decided, or because there was nothing to do. */
const acting: readonly Ending[] = ['Rolled back', 'Rolled back, unverified', 'Needs a person'];

const rollbackHeader = [
  ...['', 'count', 'rolled back', 'unverified', 'needs a person', 'other'],
  ...['success', 'limit missed', 'false positive'],
];
function rollbackRow({ group, rollbacks }: Group): string[] {
  const { count, endings, success, limit_missed, false_positive } = rollbacks;
  const of = acting.map((ending) => endings[ending] ?? 0);
  const other = count - of.reduce((sum, one) => sum + one, 0);
  return [group, ...[count, ...of, other].map(String), ...[success, limit_missed, false_positive].map(shareText)];
}

const criteriaHeader = ['', ...criteria.flatMap((one) => [one.toLowerCase(), 'not known'])];
const criteriaRow = ({ group, rollbacks }: Group): string[] => [
  group,
  ...criteria.flatMap((one) => [shareText(rollbacks.criteria[one]), String(rollbacks.criteria[one].unknown)]),
];

const reviewHeader = ['', 'needed', 'right', 'wrong', 'overdue', 'given late'];
const reviewRow = ({ group, rollbacks: { reviews } }: Group): string[] => [
  group,
  String(reviews.right.of),
  ...[reviews.right, reviews.wrong, reviews.overdue].map(shareText),
  String(reviews.late),
];

function minutesLines(groups: readonly Group[]): string[] {
  const rows = groups.flatMap(({ group, rollbacks }) =>
    withoutRepeats(rollbacks.minutes).map((part) => partRow(group, part)),
  );
  const header = ['', 'severity', 'part', 'count', 'p50', 'p95', 'max', 'mean', 'limit', 'p95 inside'];
  return rows.length === 0 ? [`  ${none}: no rollback took the fleet`] : table(header, rows, 3);
}

/** Leaves out the sum of all severities if there is only one. */
const withoutRepeats = (minutes: Figures['minutes']) =>
  new Set(minutes.map(({ severity }) => severity)).size > 2
    ? minutes
    : minutes.filter(({ severity }) => severity !== 'all');

const partRow = (group: string, { severity, part, limit, inside, ...minutes }: Figures['minutes'][number]) => [
  group,
  severity,
  part,
  ...minutesCells(minutes),
  limit === null ? '-' : number(limit),
  inside ?? '-',
];

const minutesCells = ({ count, p50, p95, max, mean }: Minutes): string[] => [
  String(count),
  ...[p50, p95, max, mean].map((value) => (value === null ? none : number(value))),
];

function deploymentLines(groups: readonly Group[]): string[] {
  const header = [
    ...['', 'deployments', 'change failure rate', 'recovered', 'p50', 'p95', 'max', 'mean'],
    'rework rate',
  ];
  const rows = groups.flatMap(({ group, deployments: found }) =>
    found
      ? [
          [
            group,
            String(found.deployments),
            shareText(found.change_failure_rate),
            ...minutesCells(found.recovery),
            shareText(found.rework_rate),
          ],
        ]
      : [],
  );
  const title = 'DEPLOYMENTS  recorded ones, by the month of the deployment; recovery of failed ones in minutes';
  return rows.length === 0 ? [title, `  ${none}: a deployment has no trigger`] : [title, ...table(header, rows)];
}

/** Returns `75.0 % (3 of 4)`; `n/a (0)` if there is nothing to divide by. */
const shareText = ({ count, of, share }: Share): string =>
  share === null ? `${none} (0)` : `${percent(share)} (${count} of ${of})`;
const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;
const number = (value: number) => String(Number(value.toFixed(2)));

/**
 * Returns the statistics as CSV (RFC 4180), one figure per line: `group,figure,value`. A figure without a value is empty.
 *
 * `figure` is the path of the value in `--json`; the minutes of a part are `minutes CRITICAL whole p95`.
 */
export const statsCsv = ({ groups }: StatisticsReport): string =>
  [['group', 'figure', 'value'], ...groups.flatMap(({ group, ...figures }) => csvRows(group, figures))]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n');

const csvRows = (group: string, figures: object): string[][] =>
  leaves(figures).map(([path, value]) => [group, path.join(' '), value === null ? '' : String(value)]);

function leaves(value: unknown, path: readonly string[] = []): [readonly string[], unknown][] {
  if (Array.isArray(value))
    return value.flatMap(({ severity, part, ...rest }) => leaves(rest, [...path, severity, part]));
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, one]) => leaves(one, [...path, name]));
}

const csvCell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A month whose counters were compared with its rollbacks. */
export type CheckedMonth = {
  readonly month: string;
  /** Rollbacks of the month that have ended. */
  readonly rollbacks: number;
  readonly differences: readonly Difference[];
};

/** Returns whether the counters agree with the rollbacks, month by month, and what to do if they do not. */
export function checkText(months: readonly CheckedMonth[], environment: string): string {
  const lines = months.flatMap(({ month, rollbacks, differences }) =>
    differences.length === 0
      ? [`${month}  the counters agree with ${counted(rollbacks, 'rollback')}`]
      : differences.map((one) => `${month}  ${differenceWords(one)}`),
  );
  const wrong = months.filter(({ differences }) => differences.length > 0).map(({ month }) => month);
  return [...lines, ...(wrong.length > 0 ? rebuildLines(wrong, environment) : [])].join('\n');
}

function differenceWords({ phase, trigger, counted, found }: Difference): string {
  const what = trigger === deploymentsCell ? 'failed deployments' : `${trigger}: rollbacks`;
  const difference =
    counted === found ? `${found}, of which some are counted otherwise` : `${counted} counted, and ${found} found`;
  return `phase ${phase}, ${what}: ${difference}`;
}

const rebuildLines = (months: readonly string[], environment: string) => [
  'A rollback that ended, or was annotated, in the last two minutes may be counted soon: check again. Otherwise rebuild:',
  ...months.map((month) =>
    environment === 'local'
      ? `  Reconcile of the embedded account, with the input {"rebuild_statistics": "${month}"}`
      : `  aws lambda invoke --function-name rollback-${environment}-reconcile --cli-binary-format raw-in-base64-out --payload '{"rebuild_statistics": "${month}"}' /dev/stdout`,
  ),
];
