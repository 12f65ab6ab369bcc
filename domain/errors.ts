/**
 * The errors a state machine may name in `ErrorEquals`.
 *
 * Step Functions matches on `name`, so `name` is a contract with statemachines/. The name is a literal because a minifying
 * bundler renames classes. The message is for the person who reads the failed execution: it names what was expected,
 * what was found and what to do next.
 */

/** The execution's input is invalid. Nothing was changed. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}

/** Another rollback holds the fleet. A retry succeeds once the fleet is free. */
export class FleetBusy extends Error {
  override readonly name = 'FleetBusy';
}

/** The function's own time is nearly over before all hosts have reported. A retry continues from where this call stopped. */
export class StillRunning extends Error {
  override readonly name = 'StillRunning';
}

/** The step failed on at least one host. A retry sends the step only to the hosts that have not done it. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/**
 * A step that judges the whole host failed while rollbacks of other phases wait for the fleet: they may be what the host
 * needs. They act first, then the step runs again.
 */
export class OthersFirst extends Error {
  override readonly name = 'OthersFirst';
}

/** The rollback has ended, so its execution, which was redriven, does nothing more. */
export class RollbackOver extends Error {
  override readonly name = 'RollbackOver';
}

/**
 * The ending of the rollback is decided and stored, but something that follows from it could not be written. A retry
 * completes it, and after the last one Reconcile.
 */
export class ClosingUnfinished extends Error {
  override readonly name = 'ClosingUnfinished';
}

/** The fleet may not be released now. Nothing was changed. */
export class ReleaseRefused extends Error {
  override readonly name = 'ReleaseRefused';
}

/** The phase's live rollback is about to decide or end. A retry in a second finds out whether an alarm can join it. */
export class StillDeciding extends Error {
  override readonly name = 'StillDeciding';
}

/** The phase's live rollback waits for an operator. A retry finds out what was answered: a new rollback begins if it ends. */
export class HandedOver extends Error {
  override readonly name = 'HandedOver';
}

/** The answer to a question is invalid or too late. Nothing was changed. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
}

/** The annotation of an ended rollback is invalid. Nothing was changed. */
export class AnnotationRefused extends Error {
  override readonly name = 'AnnotationRefused';
}

/** The review is invalid, not needed, or was given already. Nothing was changed. */
export class ReviewRefused extends Error {
  override readonly name = 'ReviewRefused';
}

/** The change of a task after a rollback is invalid, or no longer possible. Nothing was changed. */
export class TaskRefused extends Error {
  override readonly name = 'TaskRefused';
}

/** The rollback's execution has ended, and Reconcile has not closed the rollback yet. A retry in two minutes finds it closed. */
export class NotClosedYet extends Error {
  override readonly name = 'NotClosedYet';
}

/** Systems Manager took no command of a halt yet. A retry sends it. */
export class HaltUnsent extends Error {
  override readonly name = 'HaltUnsent';
}

/** SNS took no message about a halt, so people do not know its result. A retry tells them. */
export class HaltUntold extends Error {
  override readonly name = 'HaltUntold';
}

/** The brakes may not be changed so: the input is invalid, or they are set so already. Nothing was changed. */
export class BrakesRefused extends Error {
  override readonly name = 'BrakesRefused';
}

/** The flag may not be set so: the input is invalid, or the value must not meet the code that runs. Nothing was changed. */
export class FlagRefused extends Error {
  override readonly name = 'FlagRefused';
}

/** AppConfig still deploys the flag's value. A retry finds out how that ended. */
export class RolloutUnderWay extends Error {
  override readonly name = 'RolloutUnderWay';
}

/** AppConfig took the flag's value back, because an alarm turned red or somebody stopped the deployment. */
export class FlagRolledBack extends Error {
  override readonly name = 'FlagRolledBack';
}

/** The deployment is not prepared on every host. Hosts that are prepared stay so, and a repeat does the rest. */
export class NotPrepared extends Error {
  override readonly name = 'NotPrepared';
}

/** A person has paused automation and stopped the rollbacks that run. The step was not begun. */
export class PausedNow extends Error {
  override readonly name = 'PausedNow';
}

/** A person has blocked the version that the rollback restores. The step was not begun. */
export class TargetBlocked extends Error {
  override readonly name = 'TargetBlocked';
}

/** The deployment was recorded, but deployments were frozen when it was made. */
export class DeployedDespiteFreeze extends Error {
  override readonly name = 'DeployedDespiteFreeze';
}

/** The alarm recovered while the rollback waited for the fleet. The rollback has ended as Stood down. */
export class NotNeeded extends Error {
  override readonly name = 'NotNeeded';
}

/** The halt reached no host: trading may go on. */
export class HaltFailed extends Error {
  override readonly name = 'HaltFailed';
}
