import type { Instant } from '../clock/clock.ts';

/** A type of the SDK in its form on the wire: the JSON 1.1 protocol writes every timestamp as epoch seconds. */
export type OnTheWire<T> = T extends Date
  ? number
  : T extends readonly (infer Element)[]
    ? OnTheWire<Element>[]
    : T extends object
      ? { [Key in keyof T]: OnTheWire<T[Key]> }
      : T;

/** Returns seconds since 1970, with milliseconds as decimals. */
export const epochSeconds = (instant: Instant): number => instant / 1000;
