import type { Triggers } from '../infra/triggers-file.ts';
import { type OfPhases, phasesOf } from '../phases.ts';
import { type Trigger, triggers } from '../trigger.ts';
import type { BacktestCase, BacktestPhase, Outcome } from './backtest.ts';
import { alarmsOf, pastOf } from './changes.ts';
import type { MetricPast } from './stretch.ts';

/** A disturbance that people know of: a rollback of the history, or an entry of the file of metrics. */
export type KnownIncident = OfPhases & {
  readonly id: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** false: somebody looked, and nothing was wrong (annotation `false_positive`); null: nobody has said. */
  readonly real: boolean | null;
};

/** right: a known incident was real. wrong: it was annotated as a false positive. unknown: nobody has recorded anything. */
export type Judgement = 'right' | 'wrong' | 'unknown';

export type JudgedCase = BacktestCase & { readonly judgement: Judgement; readonly incident: string | null };

/** The figures of one trigger of one phase. */
export type PairFigures = {
  readonly phase: number;
  readonly trigger: Trigger;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Of the cases that would have acted. */
  readonly judged: Readonly<Record<Judgement, number>>;
  /** right / (right + wrong + unknown); null: it would never have acted. What nobody recorded counts against it. */
  readonly precision: number | null;
  /** Days with data as fine as every alarm of the trigger needs, and days with coarser data only. */
  readonly days: { readonly exact: number; readonly coarse: number };
};

/** Returns the cases, each with the known incident of its phase that it overlaps. */
export const judged = (cases: readonly BacktestCase[], incidents: readonly KnownIncident[]): JudgedCase[] =>
  cases.map((one) => {
    const found = incidents.filter((incident) => overlaps(one, incident));
    const incident = found.find(({ real }) => real === true) ?? found.find(({ real }) => real === false) ?? found[0];
    const judgement = incident?.real === true ? 'right' : incident?.real === false ? 'wrong' : 'unknown';
    return { ...one, judgement, incident: incident?.id ?? null };
  });

/** An incident may have begun before its alarm, and a person may have noted its end before the alarm was green. */
const overlaps = (one: BacktestCase, { from, to, ...of }: KnownIncident) =>
  phasesOf(of).includes(one.phase) && from <= one.until && one.at <= to;

/** Returns the real incidents during which nothing would have begun. */
export const missed = (cases: readonly BacktestCase[], incidents: readonly KnownIncident[]): KnownIncident[] =>
  incidents.filter((incident) => incident.real === true && !cases.some((one) => overlaps(one, incident)));

/** Returns the figures of every trigger of every phase. */
export const figuresOf = (
  cases: readonly JudgedCase[],
  { phases, metrics, triggers: rules }: FiguresInput,
): PairFigures[] =>
  phases.flatMap(({ phase }) =>
    triggers.map((trigger) => {
      const own = cases.filter((one) => one.phase === phase && one.trigger === trigger);
      const acted = own.filter(({ outcome }) => outcome === 'acted');
      const right = acted.filter(({ judgement }) => judgement === 'right').length;
      const wrong = acted.filter(({ judgement }) => judgement === 'wrong').length;
      const count = (outcome: Outcome) => own.filter((one) => one.outcome === outcome).length;
      return {
        phase,
        trigger,
        outcomes: {
          acted: acted.length,
          asked: count('asked'),
          'left alone': count('left alone'),
          possible: count('possible'),
        },
        judged: { right, wrong, unknown: acted.length - right - wrong },
        precision: acted.length === 0 ? null : right / acted.length,
        days: daysOf(metrics, rules, phase, trigger),
      };
    }),
  );

type FiguresInput = {
  readonly phases: readonly Pick<BacktestPhase, 'phase'>[];
  readonly metrics: readonly MetricPast[];
  readonly triggers: Triggers;
};

/** The alarm of the trigger with the least data counts. */
function daysOf(metrics: readonly MetricPast[], rules: Triggers, phase: number, trigger: Trigger) {
  const alarms = alarmsOf(rules, phase).filter((one) => one.trigger === trigger);
  const days = alarms.map(({ alarm }) => {
    const { stretches = [] } = pastOf(metrics, { ...alarm, phase }) ?? {};
    const of = (exact: boolean) =>
      stretches
        .filter(({ period_seconds }) => (alarm.period % period_seconds === 0) === exact)
        .reduce((sum, { period_seconds, values }) => sum + present(values) * period_seconds, 0) / 86_400;
    return { exact: of(true), coarse: of(false) };
  });
  return { exact: Math.min(...days.map(({ exact }) => exact)), coarse: Math.min(...days.map(({ coarse }) => coarse)) };
}

const present = (values: Float64Array) => values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);

/** Less than this is shown as 0 days: seven minutes, in which hardly an alarm could have begun a rollback. */
const leastDays = 0.005;

/** Returns whether a trigger's past of a phase is long enough to say anything. */
export const hasData = ({ days }: Pick<PairFigures, 'days'>): boolean => days.exact + days.coarse >= leastDays;
