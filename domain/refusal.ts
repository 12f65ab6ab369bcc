/** The errors by which an execution refuses what a person asked for. The person reads why, and nothing was changed. */
const refusals = [
  'InvalidInput',
  'AnswerRefused',
  'ReleaseRefused',
  'AnnotationRefused',
  'ReviewRefused',
  'BrakesRefused',
] as const;
export type Refusal = (typeof refusals)[number];

export const isRefusal = (error: string | null): boolean => refusals.some((one) => one === error);
