import { resolve } from 'node:path';
import { readFirstFlags, readRunbooks, readTriggers } from '../../config/infra.ts';
import { type BacktestPhase, type BacktestRules, backtest as casesIn } from '../../domain/backtest/backtest.ts';
import { alarmsOf, pastOf } from '../../domain/backtest/changes.ts';
import { figuresOf, hasData, judged, missed } from '../../domain/backtest/precision.ts';
import { endOf } from '../../domain/backtest/stretch.ts';
import { counted } from '../../domain/counted.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { timeRange } from '../../domain/history/time-range.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { phasesOf } from '../../domain/phases.ts';
import { declaredPairs } from '../../domain/plan/forbidden-pairs.ts';
import { alarmEvaluation } from '../../simulator/alarm-evaluation.ts';
import { accountClock } from '../account/account-controls.ts';
import { readCalendarOf } from '../account/calendar.ts';
import { type AccountOptions, connectToTables } from '../account/clients.ts';
import { cachedEnvironment } from '../account/environment-cache.ts';
import { pastRange, readPastOfAccount } from '../account/past-account.ts';
import { type KnownPast, readPastFile } from '../account/past-file.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { type BacktestReport, backtestText } from '../text/backtest-text.ts';
import { print } from '../text/colour.ts';
import { phaseNumbers } from '../text/known-names.ts';
import { withProgress } from '../text/progress.ts';

export type BacktestOptions = AccountOptions & {
  /** Absent: the usual number. */
  readonly days?: number;
  readonly to?: string;
  readonly metrics?: string;
  readonly phase?: number;
  readonly trigger?: string;
  readonly cases?: boolean;
  readonly json?: boolean;
};

export async function backtest(options: BacktestOptions): Promise<number> {
  const report = await backtestReport(options);
  if (!report) {
    console.error(noData(options));
    return 1;
  }
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else print(backtestText(report, { cases: options.cases ?? false }));
  if (report.pairs.some(hasData)) return 0;
  console.error(tooLittle(options));
  return 1;
}

/** Runs the past through the alarms and the decision; null: there are no data. */
export async function backtestReport(options: BacktestOptions): Promise<BacktestReport | null> {
  refuseDates(options);
  const triggers = readTriggers();
  const phases = backtestPhases(options, readRunbooks());
  const environment = await cachedEnvironment(options.environment);
  return withProgress('Backtest', async ({ stage }) => {
    const past = await readPast(options, triggers, stage);
    if (past.metrics.every(({ stretches }) => stretches.every(({ values }) => values.every(Number.isNaN)))) return null;
    refuseUnwatched(past, triggers, options);
    stage('alarms');
    const { of: sessionsOf } = await readCalendarOf(environment, Date.now());
    return reportOf(past, { triggers, environment, phases, sessionsOf }, options);
  });
}

const daysByDefault = 90;

/** Refuses an end that is no date. A file has its own instants: these options would be left out without a word. */
export function refuseDates({ metrics, days, to }: BacktestOptions): void {
  endOfPast(to, Date.now());
  const [given] = [...(days === undefined ? [] : ['--days']), ...(to === undefined ? [] : ['--to'])];
  if (metrics !== undefined && given !== undefined)
    throw new UsageError(
      `Found ${given} with --metrics: the instants of a file are those of its lines. Leave out ${given}, or cut the file.`,
    );
}

/** A past in which no alarm watches anything says nothing; most likely every name is misspelt. */
function refuseUnwatched(past: KnownPast, triggers: Triggers, { metrics }: BacktestOptions): void {
  const unknown = notWatched(past, triggers);
  if (metrics !== undefined && unknown.length === past.metrics.length)
    throw new Error(
      `${metrics}: No alarm of infra/triggers.yaml watches any of its metrics: ${unknown.slice(0, 5).join(', ')}. Nothing was judged.`,
    );
}

const backtestPhases = ({ phase }: BacktestOptions, runbooks: readonly Runbook[]): BacktestPhase[] =>
  runbooks
    .filter((one) => phase === undefined || one.phase === phase)
    .map((one) => ({
      phase: one.phase,
      rollback_safe: one.rollback_safe,
      forbidden: declaredPairs(one, runbooks, readFirstFlags()),
      // The longest that its steps may take: what they really take is known only after the first rollback.
      expected_minutes: one.steps.reduce((sum, { timeout }) => sum + timeout, 0) / 60,
    }));

/** The metrics of all phases are read: phases that fall silent together contradict each other's silence. */
async function readPast(
  options: BacktestOptions,
  triggers: Triggers,
  stage: (line: string) => void,
): Promise<KnownPast> {
  if (options.metrics !== undefined) {
    stage(`reading ${options.metrics}`);
    return readPastFile(resolve(options.metrics));
  }
  const connection = await connectToTables(options);
  return withAccount(connection, async () => {
    // An embedded account's clock may have been moved ahead, and its hosts have published until then.
    const { ahead } = await accountClock(connection).read();
    const now = Date.now() + Math.max(0, ahead);
    const range = pastRange(options.days ?? daysByDefault, endOfPast(options.to, now));
    return readPastOfAccount(connection, { triggers, phases: phaseNumbers(), range, now, stage });
  });
}

/** Returns the instant before which the past lies. */
function endOfPast(to: string | undefined, now: number): number {
  if (to === undefined) return now;
  try {
    return Date.parse(timeRange({ to }, now).to ?? to);
  } catch (error) {
    throw error instanceof InvalidInput ? new UsageError(error.message) : error;
  }
}

function reportOf(past: KnownPast, rules: BacktestRules, { environment, trigger }: BacktestOptions): BacktestReport {
  const cases = judged(casesIn(past, rules, alarmEvaluation), past.incidents);
  const pairs = figuresOf(cases, { phases: rules.phases, metrics: past.metrics, triggers: rules.triggers });
  const ends = past.metrics.flatMap(({ stretches }) => stretches.map((one) => [one.start, endOf(one)] as const));
  const instant = (at: number) => new Date(at).toISOString();
  const ofTrigger = (one: { readonly trigger: string }) => trigger === undefined || one.trigger === trigger;
  return {
    environment,
    from: instant(ends.reduce((least, [start]) => Math.min(least, start), Number.POSITIVE_INFINITY)),
    to: instant(ends.reduce((most, [, end]) => Math.max(most, end), Number.NEGATIVE_INFINITY)),
    pairs: pairs.filter(ofTrigger),
    cases: cases.filter(ofTrigger),
    missed: missed(
      cases,
      past.incidents.filter((incident) => rules.phases.some((one) => phasesOf(incident).includes(one.phase))),
    ),
    not_watched: notWatched(past, rules.triggers),
  };
}

/** Metrics of the past that no alarm of any phase watches: most likely a misspelt name. */
function notWatched({ metrics }: KnownPast, triggers: Triggers): string[] {
  const alarms = phaseNumbers().flatMap((phase) => alarmsOf(triggers, phase));
  return metrics
    .filter((one) => !alarms.some(({ phase, alarm }) => pastOf([one], { ...alarm, phase }) !== undefined))
    .map(({ metric, statistic, phase }) => `${metric} (${statistic}) of phase ${phase}`);
}

/** A pipeline must not take a table of zeros for a good past. */
const tooLittle = ({ metrics, environment }: BacktestOptions) =>
  `Nothing was judged: no trigger has more than a few minutes of data. ${
    metrics === undefined
      ? `Check that the hosts of environment ${environment} publish the metrics of infra/triggers.yaml, wait for a day or more, or give a file with --metrics.`
      : `Give ${metrics} more lines (docs/backtest.md).`
  }`;

export function noData({ metrics, environment, days = daysByDefault, to }: BacktestOptions): string {
  if (metrics !== undefined) return `${metrics} has no datapoint. docs/backtest.md describes the file.`;
  const time = to === undefined ? `the last ${counted(days, 'day')}` : `the ${counted(days, 'day')} before ${to}`;
  const kept = to === undefined ? '' : ' It keeps none for more than 455 days.';
  return `CloudWatch has no data of ${time} for any trigger's metric in environment ${environment}.${kept} Check the environment, or give a file with --metrics.`;
}
