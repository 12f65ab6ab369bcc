/** One measured figure, with its target. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The highest allowed value; `least` is the lowest. A figure without either is for information. */
  readonly most?: number;
  readonly least?: number;
};

export const reached = ({ value, most, least }: Figure): boolean =>
  (most === undefined || value <= most) && (least === undefined || value >= least);

export function median(values: readonly number[]): number {
  return percentileOfValues(values, 50);
}

/** Returns the smallest value that at least `percent` of the values do not exceed (nearest rank). */
export function percentileOfValues(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
