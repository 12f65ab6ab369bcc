import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { type CloudWatch, cloudwatch } from '../../src/cloudwatch/cloudwatch.ts';
import { cloudwatchResources } from '../../src/cloudwatch/resources.ts';
import type { NewEvent } from '../../src/events/event.ts';
import type { Happening } from '../../src/wire/service.ts';

/** The start of every test. */
export const START = Date.parse('2026-03-02T09:00:00Z');
export const person = { arn: 'arn:aws:iam::000000000000:user/ana' };
export const ALARM_ARN = 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:';

/** The properties of an alarm on the metric `errors`; each test overrides some. */
export const errorsAlarm = {
  AlarmName: 'errors',
  Namespace: 'Trading',
  MetricName: 'errors',
  Statistic: 'Maximum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
};

/** A CloudWatch under a virtual clock; alarms are created from template properties. */
export class MeteredAccount {
  readonly clock = new VirtualClock(START);
  readonly published: NewEvent[] = [];
  readonly notified: { arn: string; payload: Readonly<Record<string, unknown>> }[] = [];
  readonly happenings: Happening[] = [];
  readonly cloudwatch: CloudWatch = cloudwatch(
    {
      clock: this.clock,
      random: seeded(1),
      region: 'eu-west-1',
      accountId: '000000000000',
      tell: (happening) => void this.happenings.push(happening),
    },
    {
      publish: (event) => void this.published.push(event),
      notify: (arn, payload) => void this.notified.push({ arn, payload }),
    },
  );

  make(properties: Record<string, unknown>, type = 'AWS::CloudWatch::Alarm') {
    return cloudwatchResources(this.cloudwatch)[type]?.({ stack: 'Monitoring', logicalId: 'Errors', type, properties });
  }

  put(value: number, datum: Record<string, unknown> = {}): void {
    const { state, actions } = this.cloudwatch;
    const MetricData = [{ MetricName: 'errors', Value: value, ...datum }];
    actions.PutMetricData.run(state, { Namespace: 'Trading', MetricData }, person);
  }

  /** Advances the clock to a number of seconds after the start. */
  until(seconds: number): Promise<void> {
    return this.clock.run(START + seconds * 1000);
  }

  alarm(name = 'errors') {
    const found = this.cloudwatch.state.alarms.get(name);
    if (!found) throw new Error(`There is no alarm ${name}.`);
    return found;
  }

  /** Returns the states that an alarm entered, with seconds from the start: `OK at 61`. */
  changes(name = 'errors'): string[] {
    return this.alarm(name).transitions.map(({ to }) => `${to.value} at ${(to.updatedAt - START) / 1000}`);
  }
}
