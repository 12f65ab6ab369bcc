import { describe, expect, test } from 'vitest';
import { productMetrics } from '../../domain/product-metrics.ts';
import { localStack } from './synthesized.ts';
import { twentyPhases } from './twenty-phases.ts';

const stack = await localStack();

type Widget = {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly region?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly (string | object)[])[];
  };
};
const [dashboard, ...others] = stack.ofType('AWS::CloudWatch::Dashboard');
const { widgets } = JSON.parse(stack.shown(dashboard?.Properties['DashboardBody'])) as { widgets: Widget[] };
const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
const names = (type: string, property: string) =>
  stack.ofType(type).map(({ Properties }) => String(Properties[property]));

test('there is one dashboard, named after the environment', () => {
  expect(others).toEqual([]);
  expect(dashboard?.Properties['DashboardName']).toBe('rollback-local');
});

test('has every alarm of the stack once', () => {
  const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []).map((arn) => arn.split(':alarm:')[1]);
  expect(shown.toSorted()).toEqual(
    [
      ...names('AWS::CloudWatch::Alarm', 'AlarmName'),
      ...names('AWS::CloudWatch::CompositeAlarm', 'AlarmName'),
    ].toSorted(),
  );
});

describe('every metric exists', () => {
  // The names of AWS's metrics: Step Functions guide, "Monitoring with CloudWatch"; Lambda guide, "Types of metrics".
  const known: Readonly<Record<string, { dimension: string; metrics: readonly string[]; values: () => string[] }>> = {
    'AWS/States': {
      dimension: 'StateMachineArn',
      metrics: ['ExecutionsStarted', 'ExecutionsFailed', 'ExecutionsAborted', 'ExecutionsTimedOut'],
      values: () => names('AWS::StepFunctions::StateMachine', 'StateMachineName'),
    },
    'AWS/Lambda': {
      dimension: 'FunctionName',
      metrics: ['Errors', 'Throttles'],
      values: () => names('AWS::Lambda::Function', 'FunctionName'),
    },
    [productMetrics.namespace]: {
      dimension: productMetrics.dimension,
      metrics: Object.values(productMetrics),
      values: () => ['local'],
    },
  };

  test.each(metrics.map((line) => [line.slice(0, 4).join(' '), line] as const))(
    '%s',
    (_, [namespace, metric, dimension, value]) => {
      const found = known[String(namespace)];
      expect(found?.dimension).toBe(dimension);
      expect(found?.metrics).toContain(metric);
      expect(found?.values()).toContain(String(value).split(':stateMachine:').at(-1));
    },
  );

  test('and each of the product’s own metrics without a machine is on it', () => {
    const { namespace, dimension, machineDimension, failures, aborted, ...own } = productMetrics;
    const shown = metrics.filter(([one]) => one === namespace).map(([, metric]) => metric);
    expect(shown.toSorted()).toEqual(Object.values(own).toSorted());
  });
});

test('no two widgets overlap, and none leaves the 24 columns', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
});

test('with twenty phases a widget has at most 100 alarms, and a graph at most 500 metrics', async () => {
  const all = (await twentyPhases()).flatMap(({ Resources }) => Object.values(Resources));
  const body = all.find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard')?.Properties['DashboardBody'];
  const found = JSON.parse(stack.shown(body)) as { widgets: Widget[] };
  const counts = (of: 'alarms' | 'metrics') => found.widgets.map(({ properties }) => properties[of]?.length ?? 0);
  expect(Math.max(...counts('alarms'))).toBeLessThanOrEqual(100);
  expect(Math.max(...counts('metrics'))).toBeLessThanOrEqual(500);
  expect(counts('alarms').reduce((sum, one) => sum + one)).toBe(
    all.filter(({ Type }) => ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].includes(Type)).length,
  );
});
