import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { productMetrics } from '../domain/product-metrics.ts';
import { failedInvocations, OperatorAlarm, type OperatorAlarmProps } from './operator-alarm.ts';

export interface ProductAlarmsProps {
  readonly environment: string;
  readonly tell: ITopic;
  /** By name after `rollback-<environment>-`. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly deadLetters: { readonly ofAlarms: IQueue; readonly ofReconcile: IQueue; readonly ofPrincipals: IQueue };
}

/** The period and statistic of most alarms. */
export const everyMinute: MetricOptions = { period: Duration.minutes(1), statistic: 'Sum' };

/** The alarms on the product itself, mostly on metrics of AWS services; those on each machine and function are beside it (machine.ts, tasks/task-function.ts). Each has a heading in docs/runbook.md. */
export class ProductAlarms extends Construct {
  readonly #common: Pick<OperatorAlarmProps, 'environment' | 'tell'>;

  constructor(scope: Construct, id: string, props: ProductAlarmsProps) {
    super(scope, id);
    const { environment, tell, functions, deadLetters } = props;
    this.#common = { environment, tell };
    this.#onDeadLetters(deadLetters);
    this.#onFailedInvocations(functions);
    this.#onCountedFailures(functions);
    this.#onMessages(tell, functions);
    this.#onReconcile(functions);
    this.#onCounts(environment);
    this.#onDocuments(environment, functions);
    this.#onReadiness(environment, functions);
    this.#onHosts(environment, functions);
  }

  #alarm(
    heading: string,
    metric: IMetric,
    more: Pick<OperatorAlarmProps, 'of' | 'threshold' | 'periods' | 'silence'> = {},
  ): void {
    new OperatorAlarm(this, [heading, more.of].filter(Boolean).join('-'), {
      ...this.#common,
      heading,
      metric,
      ...more,
    });
  }

  #onDeadLetters({ ofAlarms, ofReconcile, ofPrincipals }: ProductAlarmsProps['deadLetters']): void {
    const waiting = (queue: IQueue) =>
      queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' });
    this.#alarm('dead-letters', waiting(ofAlarms));
    this.#alarm('principal-dead-letters', waiting(ofPrincipals));
    // The next run repairs what a lost run missed. Messages are kept for an hour, and three within it are no accident.
    this.#alarm('reconcile-dead-letters', waiting(ofReconcile), { threshold: 3 });
  }

  /**
   * Alarms on rules and functions whose failures become dead letters. The rules of phases have theirs in phase-rule.ts.
   */
  #onFailedInvocations(functions: ProductAlarmsProps['functions']): void {
    const failed = (of: string) => failedInvocations(`rollback-${this.#common.environment}-${of}`);
    this.#alarm('principal-dead-letters', failed('started'), { of: 'started' });
    // Not on errors: the first tries fail while an execution is young, and those of several executions add up.
    const attaching = functions['attach-principal']?.metric('AsyncEventsDropped', everyMinute);
    if (attaching) this.#alarm('principal-dead-letters', attaching, { of: 'attach-principal' });
    // As for Reconcile: the next minute does the same work.
    this.#alarm('reconcile-dead-letters', failed('every-minute'), { of: 'every-minute', periods: 3 });
    const seeding = functions['seed-flags']?.metricErrors(everyMinute);
    if (seeding) this.#alarm('reconcile-dead-letters', seeding, { of: 'seed-flags', periods: 3 });
  }

  /** Alarms on count-failures, which counts the failures that the machines' alarms watch. */
  #onCountedFailures(functions: ProductAlarmsProps['functions']): void {
    this.#alarm('execution-failed', failedInvocations(`rollback-${this.#common.environment}-failed`), {
      of: 'not-delivered',
    });
    const counting = functions['count-failures']?.metric('AsyncEventsDropped', everyMinute);
    if (counting) this.#alarm('execution-failed', counting, { of: 'count-failures' });
  }

  #onMessages(topic: ITopic, { 'send-message': sending }: ProductAlarmsProps['functions']): void {
    if (sending) this.#alarm('message-not-sent', sending.metricErrors(everyMinute));
    this.#alarm('message-not-delivered', topic.metricNumberOfNotificationsFailed({ period: Duration.minutes(5) }));
  }

  #onReconcile({ reconcile }: ProductAlarmsProps['functions']): void {
    if (!reconcile) return;
    this.#alarm('reconcile-silent', reconcile.metricInvocations(everyMinute), { silence: true, periods: 3 });
    this.#alarm('reconcile-failing', reconcile.metricErrors(everyMinute), { periods: 3 });
  }

  #onCounts(environment: string): void {
    const { namespace, dimension, missedLimits, unsentMessages, overdueReviews, passedOverDecisions } = productMetrics;
    const { completeExports, archivedMetrics, deployedDespiteFreeze, failedDrills, slowDrills, overdueDrills } =
      productMetrics;
    const counted = (metricName: string, period = Duration.minutes(1)) =>
      new Metric({ namespace, metricName, dimensionsMap: { [dimension]: environment }, statistic: 'Sum', period });
    this.#alarm('limit-missed', counted(missedLimits));
    this.#alarm('question-not-sent', counted(unsentMessages));
    this.#alarm('review-overdue', counted(overdueReviews));
    this.#alarm('decision-passed-over', counted(passedOverDecisions));
    this.#alarm('deployed-despite-freeze', counted(deployedDespiteFreeze));
    this.#alarm('drills-failed', counted(failedDrills));
    this.#alarm('drill-slow', counted(slowDrills));
    this.#alarm('drill-overdue', counted(overdueDrills));
    // No run in 15 minutes exported everything: the function fails, is denied, or is behind.
    this.#alarm('history-not-exported', counted(completeExports), { silence: true, periods: 15 });
    // Three tries in a row failed, so the next one is the last before CloudWatch forgets.
    this.#alarm('metrics-not-archived', counted(archivedMetrics, Duration.minutes(15)), { silence: true, periods: 3 });
  }

  /** The check runs every five minutes, so ten minutes have at least one run: the alarm stays red while it finds something. */
  #onDocuments(environment: string, functions: ProductAlarmsProps['functions']): void {
    const { namespace, dimension, documentsNotReviewed } = productMetrics;
    const tenMinutes: MetricOptions = { period: Duration.minutes(10), statistic: 'Sum' };
    const dimensionsMap = { [dimension]: environment };
    const found = new Metric({ namespace, metricName: documentsNotReviewed, dimensionsMap, ...tenMinutes });
    this.#alarm('document-not-reviewed', found);
    const failing = functions['check-documents']?.metricErrors(tenMinutes);
    if (failing) this.#alarm('document-not-reviewed', failing, { of: 'check-documents', threshold: 2 });
  }

  /** The function runs every two minutes, so five minutes have at least one run: the alarm stays red while a host differs. */
  #onHosts(environment: string, functions: ProductAlarmsProps['functions']): void {
    const { namespace, dimension, hostsDiffer: metricName } = productMetrics;
    const fiveMinutes: MetricOptions = { period: Duration.minutes(5), statistic: 'Sum' };
    const dimensionsMap = { [dimension]: environment };
    this.#alarm('host-differs', new Metric({ namespace, metricName, dimensionsMap, ...fiveMinutes }));
    // A run that fails is a dead letter of Reconcile's queue; this is for a rule that starts none.
    const runs = functions['watch-the-fleet']?.metricInvocations(fiveMinutes);
    if (runs) this.#alarm('host-differs', runs, { of: 'not-compared', silence: true, periods: 3 });
  }

  /** The light check runs every 30 minutes, so each hour has at least one run: the alarm stays red while a phase is not ready. */
  #onReadiness(environment: string, functions: ProductAlarmsProps['functions']): void {
    const { namespace, dimension, notReady: metricName } = productMetrics;
    const hourly: MetricOptions = { period: Duration.hours(1), statistic: 'Sum' };
    const dimensionsMap = { [dimension]: environment };
    this.#alarm('not-ready', new Metric({ namespace, metricName, dimensionsMap, ...hourly }));
    const checks = functions['check-readiness']?.metricInvocations(hourly);
    if (checks) this.#alarm('not-ready', checks, { of: 'not-checked', silence: true, periods: 2 });
  }
}
