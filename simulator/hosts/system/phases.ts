import { hash } from 'node:crypto';
import { rounded } from '../data/python.ts';

// The metrics of the four phases, and the effects of faults on them (lib/trading_system/phases.py of the host image).

export const PHASES = [1, 2, 3, 4];
export type Metrics = Record<string, number>;
/** The faults that strike a phase: the degradation in percent by trigger; null if the fault gives none. */
export type Struck = ReadonlyMap<string, number | null>;

export const HEALTHY: Readonly<Metrics> = {
  SystemFailures: 0,
  DataIntegrityErrors: 0,
  LatencyMs: 120,
  Accuracy: 94,
  PerformanceDegradationPercent: 0,
  SecurityIncidents: 0,
  CostPercentOfBudget: 82,
  DownstreamErrors: 0,
};
const STRUCK: Readonly<Record<string, Readonly<Metrics>>> = {
  system_failure: { SystemFailures: 3 },
  data_corruption: {}, // counted in the phase's stored data and in what its code returns
  performance_degradation: { LatencyMs: 620, Accuracy: 45, PerformanceDegradationPercent: 417 },
  security_issue: { SecurityIncidents: 2 },
  cost_explosion: { CostPercentOfBudget: 260 },
  cascade_failure: { DownstreamErrors: 40 },
};
/** Metrics that the log reports as errors. */
export const ERRORS = ['SystemFailures', 'DataIntegrityErrors', 'SecurityIncidents', 'DownstreamErrors'];

export type ProgramFault = {
  readonly phase: number;
  readonly trigger: string;
  readonly degradation?: number | undefined;
};

/** Returns the faults by phase and trigger. Throws for an unknown fault. */
export function faultsByPhase(faults: readonly ProgramFault[]): Map<number, Map<string, number | null>> {
  const found = new Map<number, Map<string, number | null>>(PHASES.map((phase) => [phase, new Map()]));
  for (const { phase, trigger, degradation } of faults) {
    const own = found.get(phase);
    if (!own) throw new Error(`ValueError: the sample trading system has the phases 1 to 4, found ${phase}`);
    if (!STRUCK[trigger])
      throw new Error(`ValueError: trigger must be one of ${Object.keys(STRUCK).join(', ')}, found ${trigger}`);
    if (degradation !== undefined && trigger !== 'performance_degradation')
      throw new Error(`ValueError: only performance_degradation has a degradation, found it with ${trigger}`);
    own.set(trigger, degradation ?? null);
  }
  return found;
}

/** Returns -2 to 2 milliseconds, the same for the same host, time and phase. */
export const jitter = (host: string, now: string, phase: number): number =>
  (digest(`${host} ${now}${phase === 1 ? '' : ` ${phase}`}`, 1) % 5) - 2;

/** Returns a phase's metrics: the healthy values, then its own, then the effects of its faults. */
export function metricsOf(own: Metrics, jitterMilliseconds: number, struck: Struck): Metrics {
  const metrics = { ...HEALTHY, ...own };
  metrics['LatencyMs'] = (metrics['LatencyMs'] ?? 0) + jitterMilliseconds;
  for (const [trigger, degradation] of struck)
    Object.assign(metrics, degradation === null ? STRUCK[trigger] : slower(metrics, degradation));
  return metrics;
}

const slower = (metrics: Metrics, percent: number): Metrics => ({
  LatencyMs: rounded((metrics['LatencyMs'] ?? 0) * (1 + percent / 100), 1),
  PerformanceDegradationPercent: percent,
});

/** Returns a number that looks random and is the same for the same text. */
export const digest = (text: string, size: number): number => hash('sha256', text, 'buffer').readUIntBE(0, size);
