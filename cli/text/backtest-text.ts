import type { Outcome } from '../../domain/backtest/backtest.ts';
import { hasData, type JudgedCase, type KnownIncident, type PairFigures } from '../../domain/backtest/precision.ts';
import { counted } from '../../domain/counted.ts';
import { phaseWords } from '../../domain/phases.ts';
import { table } from './table.ts';

/** The result of a backtest, as `rollback backtest --json` prints it. */
export type BacktestReport = {
  readonly environment: string;
  /** ISO 8601: the first and the last instant of the data. */
  readonly from: string;
  readonly to: string;
  readonly pairs: readonly PairFigures[];
  readonly cases: readonly JudgedCase[];
  /** Real incidents during which nothing would have begun. */
  readonly missed: readonly KnownIncident[];
  /** Metrics of the file that no alarm watches. */
  readonly not_watched: readonly string[];
};

/** Returns the result for people: a line per trigger and phase, then what was missed, and the cases if asked for. */
export function backtestText(report: BacktestReport, { cases }: { readonly cases: boolean }): string {
  const { environment, from, to, pairs, missed } = report;
  return [
    `BACKTEST  ${from} to ${to}, by the rules that environment ${environment} has now, with trust: auto`,
    ...table(header, pairs.map(row), 2),
    'acted, asked, left alone: what the product would have done. possible: the data are too coarse to say.',
    'precision: acted on a real incident, of all that would have acted; an incident that nobody judged counts against it.',
    ...report.not_watched.map((one) => `No alarm of infra/triggers.yaml watches ${one}, so it was not judged.`),
    ...notJudgedLines(pairs),
    ...missedLines(missed),
    ...(cases ? caseLines(report.cases) : [casesHint(report.cases)]),
  ].join('\n');
}

const header = [
  ...['phase', 'trigger', 'acted', 'asked', 'left alone', 'possible'],
  ...['right', 'wrong', 'unknown', 'precision', 'days', 'coarse days'],
];

const shownOutcomes: readonly Outcome[] = ['acted', 'asked', 'left alone', 'possible'];

const row = ({ phase, trigger, outcomes, judged, precision, days }: PairFigures): string[] => [
  String(phase),
  trigger,
  ...shownOutcomes.map((outcome) => String(outcomes[outcome])),
  ...[judged.right, judged.wrong, judged.unknown].map(String),
  precision === null ? 'n/a' : `${Number((precision * 100).toFixed(1))} %`,
  ...[days.exact, days.coarse].map((count) => String(Number(count.toFixed(2)))),
];

/** A row of zeros is no proof that nothing would have begun. */
function notJudgedLines(pairs: readonly PairFigures[]): string[] {
  const without = Map.groupBy(
    pairs.filter((pair) => !hasData(pair)),
    ({ trigger }) => trigger,
  );
  // Without any data the command fails, and says so.
  if (without.size === 0 || !pairs.some(hasData)) return [];
  const names = [...without].map(
    ([trigger, of]) =>
      `${trigger} of ${of.length === 1 ? 'phase' : 'phases'} ${of.map(({ phase }) => phase).join(', ')}`,
  );
  return [`Not judged, because there are no data, or only minutes of them: ${names.join('; ')}.`];
}

const missedLines = (missed: readonly KnownIncident[]) =>
  missed.length === 0
    ? []
    : [
        'MISSED  real incidents during which nothing would have begun',
        ...missed.map(({ id, from, to, ...of }) => `  ${id}: ${phaseWords(of)}, ${from} to ${to}`),
      ];

const casesHint = ({ length }: readonly JudgedCase[]) =>
  length === 0 ? 'No alarm would have begun a rollback.' : `Each of the ${length}, with its reasons: --cases`;

const caseLines = (cases: readonly JudgedCase[]): string[] => [
  'CASES',
  ...cases.flatMap(({ at, phase, trigger, variant, severity, outcome, why, judgement, incident, ...one }) => [
    `  ${at}  phase ${phase} ${trigger}${variant ? ` (${variant})` : ''} ${severity}: ${outcome}, ${judgement}${incident ? ` (${incident})` : ''}${one.joined > 0 ? `; ${counted(one.joined, 'more alarm')} joined` : ''}`,
    ...why.map((sentence) => `    ${sentence}`),
    ...(one.unanswered === null ? [] : [`    If nobody had answered: ${one.unanswered}.`]),
  ]),
];
