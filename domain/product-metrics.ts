/** The metrics that the product itself puts into CloudWatch, in addition to those of the AWS services that it uses. */
export const productMetrics = {
  namespace: 'Rollback/Product',
  /** Its value is the environment's name. */
  dimension: 'environment',
  /** The second dimension of a metric of machines: `phase-1`, `decide`. */
  machineDimension: 'machine',
  /** Counts executions that failed, except those that refused a person's input. */
  failures: 'UnexpectedFailures',
  /** Counts executions that somebody stopped, except drills. */
  aborted: 'ExecutionsStopped',
  missedLimits: 'LimitsMissed',
  /** Counts messages that failed without a failing function; Lambda counts the errors of send-message itself. */
  unsentMessages: 'MessagesNotSent',
  /** Counted every minute while at least one review is overdue. */
  overdueReviews: 'ReviewsOverdue',
  /** Counts looks at a question that found decisions which no execution gave. */
  passedOverDecisions: 'DecisionsPassedOver',
  /** Counts deployments that were recorded while deployments were frozen. */
  deployedDespiteFreeze: 'DeployedDespiteFreeze',
  /** Counts the runs of the export after which everything is exported. */
  completeExports: 'HistoryExported',
  /** Counts the runs after which EventBridge has every transition. */
  completeTransitions: 'TransitionsPublished',
  /** Counts, every minute, the transitions that EventBridge does not have yet because it refused them. */
  waitingTransitions: 'TransitionsWaiting',
  /** Counts the runs of archive-metrics after which the newest two hours are archived. */
  archivedMetrics: 'MetricsArchived',
  /** Counts checks of all documents that found one without the reviewed content. */
  documentsNotReviewed: 'DocumentsNotReviewed',
  /** Counted every minute while the newest drill of a phase has failed. */
  failedDrills: 'DrillsFailed',
  /** Counted every minute while a drill has found that a rollback would miss its limit. */
  slowDrills: 'DrillsSlow',
  /** Counted every minute while a pair of trigger and phase was not drilled in time. */
  overdueDrills: 'DrillsOverdue',
  /** The highest p95 of a phase and severity, in percent of its limit; 0: too few are measured. Published every six hours. */
  limitUse: 'LimitUse',
  /** Counts incident pages that could not be written in three tries. */
  unwrittenPages: 'PagesNotWritten',
  /** Counts checks of readiness that found a phase not ready. */
  notReady: 'NotReady',
  /** Counts runs of watch-the-fleet after which at least one host is known to differ. */
  hostsDiffer: 'HostsDiffer',
  /** Counts events that the pager refused for good. */
  refusedPages: 'PagesRefused',
  /** Counted every hour while at least one task of a follow-up is overdue. */
  overdueTasks: 'TasksOverdue',
  /** Counts checks after a rollback that found what the rollback had ended. */
  relapses: 'Relapses',
} as const;
