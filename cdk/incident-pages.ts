import { NestedStack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { productMetrics } from '../domain/product-metrics.ts';
import { acknowledge } from './acknowledge.ts';
import { OperatorAlarm } from './operator-alarm.ts';
import type { Operators } from './operators.ts';
import { pageReader } from './people/page-reader.ts';
import { everyMinute } from './product-alarms.ts';
import type { Tasks } from './tasks/tasks.ts';
import { writePage } from './tasks/write-page.ts';

export interface IncidentPagesProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly tasks: Tasks;
  readonly operators: Operators;
}

/**
 * The function that writes incident pages, subscribed to the messages about rollbacks: it delays neither a rollback nor a
 * message. A stack of its own, because the main template has little room.
 */
export class IncidentPages extends NestedStack {
  constructor(scope: Construct, id: string, props: IncidentPagesProps) {
    const { environmentName, environment, tasks, operators } = props;
    const { topic } = operators;
    super(scope, id, { description: 'Writes the page of an incident after each message about it.' });
    const { fn } = tasks.in(this, writePage);
    acknowledge(fn, {
      'Serverless-LambdaDLQ':
        'The next message of the rollback writes its page again, and the alarm page-not-written watches the function.',
    });
    this.#subscribe(fn, topic);
    pageReader(this, environmentName, environment);
    const { namespace, dimension, unwrittenPages: metricName } = productMetrics;
    const unwritten = new Metric({
      namespace,
      metricName,
      dimensionsMap: { [dimension]: environmentName },
      ...everyMinute,
    });
    const alarm = (heading: string, metric: IMetric, of?: string) =>
      new OperatorAlarm(this, [heading, of].filter(Boolean).join('-'), {
        ...{ environment: environmentName, heading, metric, tell: topic },
        ...(of === undefined ? {} : { of }),
      });
    // The function counts what it could not write. Its own errors are crashes and timeouts, after which it has counted nothing.
    alarm('page-not-written', unwritten);
    alarm('page-not-written', fn.metricErrors(everyMinute), writePage.name);
  }

  /** Not by the CDK's own LambdaSubscription: it makes the nested stack depend on the stack around it. */
  #subscribe(fn: IFunction, topic: ITopic): void {
    const messages = new Subscription(this, 'Messages', {
      topic,
      protocol: SubscriptionProtocol.LAMBDA,
      endpoint: fn.functionArn,
      filterPolicy: { rollback: SubscriptionFilter.existsFilter() }, // alarms and reports about hosts have none
    });
    acknowledge(messages, {
      'Serverless-SNSRedrivePolicy':
        'The next message of the rollback writes its page again, and the alarm message-not-delivered watches the topic.',
    });
    fn.addPermission('MessagesInvoke', {
      principal: new ServicePrincipal('sns.amazonaws.com'),
      sourceArn: topic.topicArn,
    });
  }
}
