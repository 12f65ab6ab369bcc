import type { Runbook, RunbookStep } from '../infra/runbook.ts';

/**
 * Returns the seconds after which an attempt of a step is over: 60 for delivery, the script's own timeout, 30 for the last
 * poll.
 */
export const attemptSeconds = (timeout: number) => 60 + timeout + 30;

/**
 * Returns the number of retries of a failed step, and the seconds between two attempts.
 *
 * Hosts poll for flags every 45 s, so a step that sets flags gets ten retries: more than twice that time.
 */
export const retries = ({
  flags,
}: Pick<RunbookStep, 'flags'>): { readonly most: number; readonly secondsApart: number } => ({
  most: flags ? 10 : 2,
  secondsApart: 10,
});

/**
 * The seconds that a step which sets flags waits beside its script, without any failure: up to 5 until AppConfig has deployed
 * the values, 45 until the hosts have polled, 10 until the next attempt reads them there.
 */
export const flipSeconds = 60;

/** Returns the seconds that the steps take if each one needs every retry, and every attempt takes its whole time. */
export const longestSeconds = (steps: Runbook['steps']): number =>
  steps.reduce((sum, step) => {
    const { most, secondsApart } = retries(step);
    return sum + (1 + most) * attemptSeconds(step.timeout) + most * secondsApart;
  }, 0);
