import type { Part } from '../evidence/gathered.ts';
import { readableName } from '../execution-name.ts';
import { type RollbackRecord, recordOf } from '../history/record.ts';
import { afterTheEnd } from './after-the-end.ts';
import { type Eta, etaOf } from './eta.ts';
import type { PageFacts, PlottedMetric } from './facts.ts';
import { type HostGroup, hostGroups, type StepRow, stepRows } from './host-rows.ts';
import { type NextStep, nextSteps } from './next-steps.ts';
import { type PartOfFleet, partOfFleet } from './part-of-fleet.ts';
import { cut } from './shown.ts';
import { type Standing, standingOf } from './standing.ts';
import { type Criterion, pageCriteria } from './success-criteria.ts';

/** The data of an incident page, as the page holds it for other programs: `<script id="data">`. */
export type PageModel = {
  readonly format: 1;
  readonly environment: string;
  readonly written_at: string;
  readonly record: RollbackRecord;
  /** A name for people, if the rollback's id is made up. */
  readonly name: string | null;
  /** null: the rollback acts on the whole fleet. */
  readonly part: PartOfFleet | null;
  readonly history: PageFacts['history'];
  readonly standing: Standing;
  readonly next: readonly NextStep[];
  readonly criteria: readonly Criterion[];
  readonly eta: Eta;
  readonly steps: readonly StepRow[];
  readonly hosts: readonly HostGroup[];
  readonly metric: Part<PlottedMetric>;
};

/** Returns the data of a page. Throws if the events do not begin with the opening. */
export function pageModel(facts: PageFacts): PageModel {
  const { environment, written_at, events, history, hosts, metric, usual } = facts;
  const record = recordOf(events);
  const steps = stepRows(record, events);
  const after = afterTheEnd(record, events, facts);
  return {
    ...{ format: 1, environment, written_at, record, history, metric },
    name: readableName(record),
    part: partOfFleet(record, events),
    standing: standingOf(record, events, after),
    next: nextSteps({ record, events, environment, after }),
    criteria: pageCriteria(record, events),
    eta: etaOf(record, usual),
    steps,
    hosts: hostGroups(steps, hosts, events),
  };
}

/** Characters of one text in the data: a reason may be hundreds of kilobytes. */
const mostCharacters = 2000;

/** Returns data with long texts cut, so that one text cannot fill the page. */
export function withoutLongTexts(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, mostCharacters);
  if (Array.isArray(value)) return value.map(withoutLongTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutLongTexts(one)]));
}

/** The reason of a metric that is not drawn. */
export const unavailable = (why: string): { readonly state: 'unavailable'; readonly why: string } => ({
  state: 'unavailable',
  why,
});
