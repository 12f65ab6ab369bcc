import { NestedStack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Subscription, SubscriptionFilter, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Operators } from './operators.ts';
import type { Tasks } from './tasks/tasks.ts';
import { writePage } from './tasks/write-page.ts';

export interface IncidentPagesProps {
  readonly tasks: Tasks;
  readonly operators: Operators;
}

/**
 * The function that writes incident pages, subscribed to the messages about rollbacks: it delays neither a rollback nor a
 * message. A stack of its own, because the main template has little room.
 */
export class IncidentPages extends NestedStack {
  readonly writePage: LambdaFunction;

  constructor(scope: Construct, id: string, { tasks, operators }: IncidentPagesProps) {
    super(scope, id, { description: 'Writes the page of an incident after each message about it.' });
    this.writePage = tasks.in(this, writePage).fn;
    // Not the CDK's own LambdaSubscription: it makes the nested stack depend on the stack around it.
    const messages = new Subscription(this, 'Messages', {
      topic: operators.topic,
      protocol: SubscriptionProtocol.LAMBDA,
      endpoint: this.writePage.functionArn,
      filterPolicy: { rollback: SubscriptionFilter.existsFilter() }, // alarms and reports about hosts have none
    });
    acknowledge(messages, {
      'Serverless-SNSRedrivePolicy':
        'The next message of the rollback writes its page again, and the alarm message-not-delivered watches the topic.',
    });
    this.writePage.addPermission('MessagesInvoke', {
      principal: new ServicePrincipal('sns.amazonaws.com'),
      sourceArn: operators.topic.topicArn,
    });
    acknowledge(this.writePage, {
      'Serverless-LambdaDLQ':
        'The next message of the rollback writes its page again, and the alarm page-not-written watches the function.',
    });
  }
}
