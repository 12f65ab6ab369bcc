import { Stack } from 'aws-cdk-lib';
import { CfnAlarm, CfnCompositeAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { parseAlarmName } from '../domain/alarm/alarm-name.ts';
import { productMetrics } from '../domain/product-metrics.ts';
import { named } from './permissions.ts';

export interface DashboardProps {
  readonly environment: string;
  /** The stack of the product: every alarm, machine and function below it is shown. */
  readonly product: Stack;
}

type Widget = { readonly type: string; readonly width: number; readonly height: number; readonly properties: object };

/** CloudWatch shows at most 100 alarms in a widget (CloudWatch guide, "Dashboard body structure", alarm widget). */
const mostAlarms = 100;

/**
 * The dashboard of an environment: every alarm of the product, then rollbacks, limits, questions, readiness, drills, follow-ups and the health
 * of the product itself. It finds what the stack has when this is created, so it comes last.
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { environment, product }: DashboardProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const found = product.node.findAll();
    const alarms = found.flatMap((one) =>
      one instanceof CfnAlarm || one instanceof CfnCompositeAlarm ? [literal(one.alarmName, one)] : [],
    );
    const machines = found.flatMap((one) =>
      one instanceof CfnStateMachine ? [literal(one.stateMachineName, one)] : [],
    );
    const functions = found.flatMap((one) => (one instanceof CfnFunction ? [literal(one.functionName, one)] : []));
    const widgets = [
      ...alarmWidgets(alarms, (name) => named(this, 'cloudwatch', 'alarm', name)),
      ...ownWidgets(environment, stack.region),
      ...rollbackWidgets(machines, stack.region, (name) => named(this, 'states', 'stateMachine', name)),
      ...functionWidgets(functions, stack.region),
    ];
    new CfnDashboard(this, 'Resource', {
      dashboardName: `rollback-${environment}`,
      dashboardBody: stack.toJsonString({ widgets: placed(widgets) }),
    });
  }
}

/** A reference would become a parameter of the nested stack, which takes 200. */
function literal(name: string | undefined, { node }: Construct): string {
  if (name === undefined || /\$\{Token\[/.test(name))
    throw new Error(`${node.path} needs a name of its own, so that the dashboard can show it.`);
  return name;
}

/** The alarms of phases apart from those on the product itself, so that a phase's red alarm is seen at once. */
function alarmWidgets(alarms: readonly string[], arnOf: (name: string) => string): Widget[] {
  const ofPhases = alarms.filter((name) => parseAlarmName(name));
  const parts = {
    'Alarms of phases': ofPhases,
    'Alarms on the product': alarms.filter((name) => !ofPhases.includes(name)),
  };
  return Object.entries(parts).flatMap(([title, names]) =>
    Array.from({ length: Math.ceil(names.length / mostAlarms) }, (_, i) => ({
      type: 'alarm',
      width: 24,
      height: 6,
      properties: {
        title: i === 0 ? title : `${title}, ${i + 1}`,
        sortBy: 'stateUpdatedTimestamp',
        alarms: names.slice(i * mostAlarms, (i + 1) * mostAlarms).map(arnOf),
      },
    })),
  );
}

type Line = readonly (string | object)[];

const graph = (title: string, region: string, metrics: readonly Line[]): Widget => ({
  type: 'metric',
  width: 8,
  height: 6,
  properties: { title, region, view: 'timeSeries', stat: 'Sum', period: 300, metrics },
});

/** The product's own metrics, by the question that they answer. */
function ownWidgets(environment: string, region: string): Widget[] {
  const { namespace, dimension } = productMetrics;
  const { missedLimits, unsentMessages, passedOverDecisions, overdueReviews, notReady, documentsNotReviewed } =
    productMetrics;
  const { hostsDiffer, deployedDespiteFreeze, failedDrills, slowDrills, overdueDrills, relapses, overdueTasks } =
    productMetrics;
  const {
    completeExports,
    archivedMetrics,
    unwrittenPages,
    refusedPages,
    limitUse,
    completeTransitions,
    waitingTransitions,
  } = productMetrics;
  const own = (title: string, ...names: readonly string[]) =>
    graph(
      title,
      region,
      names.map((name) => [namespace, name, dimension, environment]),
    );
  return [
    own('Limits missed', missedLimits),
    highestOf(own('Highest p95, in percent of its limit', limitUse)),
    own('Questions and reviews', unsentMessages, passedOverDecisions, overdueReviews),
    own('Readiness', notReady, documentsNotReviewed, hostsDiffer, deployedDespiteFreeze),
    own('Drills', failedDrills, slowDrills, overdueDrills),
    own('Follow-ups', relapses, overdueTasks),
    own('Transitions at EventBridge', completeTransitions, waitingTransitions),
    own('Exports, archive and pages', completeExports, archivedMetrics, unwrittenPages, refusedPages),
  ];
}

/** Shows a metric that is published every six hours, whose values are no counts. */
const highestOf = (widget: Widget): Widget => ({
  ...widget,
  properties: { ...widget.properties, stat: 'Maximum', period: 21_600 },
});

/** Executions of the machines that roll back. A graph takes 500 metrics, and twenty phases need 42. */
function rollbackWidgets(machines: readonly string[], region: string, arnOf: (name: string) => string): Widget[] {
  const rolling = machines.filter((name) => /-phase-/.test(name));
  const of = (metric: string): Line[] =>
    rolling.map((name) => ['AWS/States', metric, 'StateMachineArn', arnOf(name), { label: name }]);
  return [
    graph('Rollbacks begun', region, of('ExecutionsStarted')),
    graph('Rollbacks that failed or need a person', region, of('ExecutionsFailed')),
    graph('Rollbacks stopped or timed out', region, [...of('ExecutionsAborted'), ...of('ExecutionsTimedOut')]),
  ];
}

function functionWidgets(functions: readonly string[], region: string): Widget[] {
  const of = (metric: string): Line[] => functions.map((name) => ['AWS/Lambda', metric, 'FunctionName', name]);
  return [graph('Errors of functions', region, of('Errors')), graph('Throttled functions', region, of('Throttles'))];
}

/** Places widgets from left to right on the 24 columns of a dashboard. */
function placed(widgets: readonly Widget[]) {
  let [x, y, row] = [0, 0, 0];
  return widgets.map((widget) => {
    if (x + widget.width > 24) [x, y, row] = [0, y + row, 0];
    const place = { x, y };
    x += widget.width;
    row = Math.max(row, widget.height);
    return { ...place, ...widget };
  });
}
