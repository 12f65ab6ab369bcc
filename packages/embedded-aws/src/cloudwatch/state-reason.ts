import type { Instant } from '../clock/clock.ts';
import type { RealDatapoint, Verdict } from './alarm-verdict.ts';
import type { ComparisonOperator, MetricAlarm } from './metric-alarm.ts';
import { alarmTimestamp } from './wire.ts';

const WORDS: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** With this many datapoints or more, CloudWatch lists them after the sentence, and at most this many. */
const MANY = 5;

/** Returns the reason of a state change in CloudWatch's words, taken from real alarm mails and events. */
export function stateReason(alarm: MetricAlarm, { value, judged, filled }: Verdict): string {
  const { evaluationPeriods, breaches } = alarm.criteria;
  const unknown = evaluationPeriods - judged.length;
  if (value === 'INSUFFICIENT_DATA') return `Insufficient Data: ${datapoints(unknown)} ${was(unknown)} unknown.`;
  const crossing = judged.filter((datapoint) => breaches(datapoint.value) === (value === 'ALARM'));
  if (crossing.length === 0) return `Threshold Crossed: ${received(alarm, judged.length, filled)}.`;
  const ending = filled > 0 ? ` and ${filledIn(alarm, filled)}` : minimum(alarm, value);
  return `Threshold Crossed: ${crossed(alarm, value, crossing)}${ending}.`;
}

/** Returns the reason data that CloudWatch writes as JSON. Numbers have the format of Java's doubles. */
export function stateReasonData(alarm: MetricAlarm, { judged }: Verdict, now: Instant): string {
  const { definition, period } = alarm;
  const oldest = judged.at(-1);
  const values = judged.map(({ value }) => double(value)).reverse();
  const fields = [
    '"version":"1.0"',
    `"queryDate":"${alarmTimestamp(now)}"`,
    ...(oldest ? [`"startDate":"${alarmTimestamp(oldest.start)}"`] : []),
    ...(definition.Statistic ? [`"statistic":"${definition.Statistic}"`] : []),
    `"period":${period}`,
    `"recentDatapoints":[${values.join(',')}]`,
    `"threshold":${double(definition.Threshold)}`,
  ];
  return `{${fields.join(',')}}`;
}

function crossed({ definition }: MetricAlarm, value: 'OK' | 'ALARM', crossing: readonly RealDatapoint[]): string {
  const { DatapointsToAlarm, EvaluationPeriods, ComparisonOperator, Threshold } = definition;
  const count = crossing.length;
  const how = DatapointsToAlarm ? `${count} out of the last ${EvaluationPeriods} datapoints` : datapoints(count);
  const list = `[${crossing.slice(0, MANY).map(shown).join(', ')}]`;
  const not = value === 'OK' ? 'not ' : '';
  const sentence = `${was(count)} ${not}${WORDS[ComparisonOperator]} the threshold (${double(Threshold)})`;
  return count < MANY
    ? `${how} ${list} ${sentence}`
    : `${how} ${sentence}. The most recent datapoints which crossed the threshold: ${list}`;
}

/** Returns the minimum for the transition. CloudWatch writes it only for alarms that define DatapointsToAlarm. */
function minimum({ definition, criteria }: MetricAlarm, value: 'OK' | 'ALARM'): string {
  if (!definition.DatapointsToAlarm) return '';
  const { evaluationPeriods, datapointsToAlarm } = criteria;
  const least = value === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const transition = value === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  return ` (minimum ${datapoints(least)} for ${transition} transition)`;
}

/** Names the datapoints that arrived only by their number: none of them crossed the threshold. */
function received(alarm: MetricAlarm, real: number, filled: number): string {
  const periods = real + filled;
  const arrived = real === 0 ? 'no datapoints were' : `${datapoints(real)} ${was(real)}`;
  return `${arrived} received for ${periods} ${periods === 1 ? 'period' : 'periods'} and ${filledIn(alarm, filled)}`;
}

function filledIn({ criteria }: MetricAlarm, filled: number): string {
  const treatment = criteria.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  return `${filled} missing ${filled === 1 ? 'datapoint' : 'datapoints'} ${was(filled)} treated as [${treatment}]`;
}

const datapoints = (count: number) => (count === 1 ? '1 datapoint' : `${count} datapoints`);
const was = (count: number) => (count === 1 ? 'was' : 'were');

/** Formats a datapoint as `99.5 (02/10/19 16:59:00)`: day, month, year. */
function shown({ value, start }: RealDatapoint): string {
  const [date = '', time = ''] = new Date(start).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${double(value)} (${day}/${month}/${year.slice(2)} ${time.slice(0, 8)})`;
}

const double = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
