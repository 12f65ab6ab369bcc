import type { Instant } from '../clock/clock.ts';

/** A response in the AWS JSON 1.0 protocol: instants are seconds since 1970, and metadata is in headers. */
export type Wire<Response> = {
  [Key in keyof Omit<Response, '$metadata'>]: Date extends Response[Key] ? number : Response[Key];
};

export const seconds = (instant: Instant): number => instant / 1000;
