/**
 * The errors a state machine may name in `ErrorEquals`.
 *
 * Step Functions matches on `name`, so `name` is a contract with statemachines/. It is a literal because a minifying
 * bundler renames classes. The message is for the person who reads the failed execution: what was looked for, what was
 * found, what to do next.
 */

/** The execution's input cannot be acted on. Nothing was changed. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** Another rollback holds the fleet. Waiting helps. */
export class FleetBusy extends Error {
  override readonly name = 'FleetBusy';
}

/** Hosts have not all reported and the function's own time is nearly over. Asking again goes on where this one stopped. */
export class StillRunning extends Error {
  override readonly name = 'StillRunning';
}

/** The step failed on at least one host. Trying again sends it only to the hosts that have not done it. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** The fleet may not be released now. Nothing was changed. */
export class ReleaseRefused extends Error {
  override readonly name = 'ReleaseRefused';
}

/** The phase's live rollback is about to decide or to end; in a second it is known whether it can be joined. */
export class StillDeciding extends Error {
  override readonly name = 'StillDeciding';
}

/** The answer does not count. Nothing was changed. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
}

/** What a rollback was to heal healed while it waited for the fleet. It has ended as Stood down. */
export class NotNeeded extends Error {
  override readonly name = 'NotNeeded';
}
