import type { Part } from '../evidence/gathered.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import type { Contacts } from '../question/contact.ts';
import type { UsualMinutes } from '../statistics/usual-minutes.ts';
import type { LaterRollback } from './after-the-end.ts';
import type { PlannedStep } from './planned-steps.ts';

/** Everything that an incident page is made of. A part that could not be read has the reason, which the page shows. */
export type PageFacts = {
  readonly environment: string;
  /** ISO 8601: when these facts were read. */
  readonly written_at: string;
  /** All events, from the opening. */
  readonly events: readonly RollbackEvent[];
  readonly hosts: Part<readonly KeptVerdict[]>;
  /** Whether the history was whole when it was read, in a sentence. */
  readonly history: { readonly whole: boolean; readonly says: string };
  /** The steps of the machine's definition with which the rollback runs, in their order. */
  readonly planned: Part<readonly PlannedStep[]>;
  readonly metric: Part<PlottedMetric>;
  readonly usual: UsualTimes;
  /** The live rollbacks of the phase that began later, newest first. */
  readonly later: Part<readonly LaterRollback[]>;
  readonly contacts: Contacts;
  /** The runbook's address, or its path in this repository. */
  readonly runbook: string;
};

/** The datapoints of the metric that the alarm watches, around the rollback. */
export type PlottedMetric = {
  readonly metric: string;
  readonly statistic: string;
  readonly period_seconds: number;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The value that turns the alarm red if it is crossed. */
  readonly threshold: number;
  readonly worse: 'above' | 'below';
  /** Instant in epoch milliseconds and value, oldest first. */
  readonly points: readonly (readonly [number, number])[];
};

/** Usual durations of such rollbacks. */
export type UsualTimes = {
  /** null: too few earlier rollbacks of this phase and severity, or they could not be read. */
  readonly rollbacks: UsualMinutes | null;
  /** The forecast of the phase's newest drill that passed; null: there is none, or it could not be read. */
  readonly drill: DrillForecast | null;
  /** By step: its median duration in earlier rollbacks of the phase. A step that too few did is absent. */
  readonly steps: Readonly<Record<string, UsualStep>>;
};

export type DrillForecast = { readonly rollback: string; readonly at: string; readonly minutes: number };
export type UsualStep = { readonly seconds: number; readonly rollbacks: number };

export const nothingUsual: UsualTimes = { rollbacks: null, drill: null, steps: {} };
