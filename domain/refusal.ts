/** The errors by which an execution refuses what a person asked for. The person reads why, and nothing was changed. */
const refusals = [
  'InvalidInput',
  'AnswerRefused',
  'ReleaseRefused',
  'AnnotationRefused',
  'ReviewRefused',
  'BrakesRefused',
  'FlagRefused',
  'TaskRefused',
  'ResumeRefused',
] as const;
export type Refusal = (typeof refusals)[number];

/** Errors of executions for which the product has an alarm of its own. */
const alarmed = ['DeployedDespiteFreeze', 'DrillFailed', 'NotReady'] as const;

/** Errors that the caller of an execution waits for, such as a pipeline: its command prints them and exits with 1. */
const awaited = ['NotPrepared'] as const;

/** Whether somebody learns of a failed execution without the alarm on failed executions. */
export const isReportedElsewhere = (error: string | null): boolean =>
  isRefusal(error) || [...alarmed, ...awaited].some((one) => one === error);

export const isRefusal = (error: string | null): boolean => refusals.some((one) => one === error);
