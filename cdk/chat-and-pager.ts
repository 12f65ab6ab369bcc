import { Duration, NestedStack, RemovalPolicy } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as TaskFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { productMetrics } from '../domain/product-metrics.ts';
import { acknowledge } from './acknowledge.ts';
import { DeadLetters } from './dead-letters.ts';
import { OperatorAlarm } from './operator-alarm.ts';
import type { Operators } from './operators.ts';
import { chatTopicName } from './permissions.ts';
import { callThePager } from './tasks/call-the-pager.ts';
import { postToChat } from './tasks/post-to-chat.ts';
import type { Task } from './tasks/task.ts';
import type { Tasks } from './tasks/tasks.ts';

export interface ChatAndPagerProps {
  readonly environmentName: string;
  readonly environment: Pick<Environment, 'chat' | 'pager'>;
  readonly operators: Operators;
  readonly tasks: Tasks;
}

/**
 * The ways to people beside the operators' topic: a chat and a pager, each if the environment names it. A template of its own, because the
 * stack's is nearly full.
 *
 * Both functions subscribe to the operators' topic, so no rollback waits for them or knows of them.
 */
export class ChatAndPager extends NestedStack {
  readonly #props: ChatAndPagerProps;
  /** The operators' topic, by its ARN: the CDK would have this stack depend on the one that it is in. */
  readonly #operators: ITopic;

  constructor(scope: Construct, id: string, props: ChatAndPagerProps) {
    super(scope, id, { description: 'Posts messages to a chat, and sends pages to a pager.' });
    this.#props = props;
    this.#operators = Topic.fromTopicArn(this, 'Operators', props.operators.topic.topicArn);
    const { chat, pager } = props.environment;
    if (chat) {
      chatTopic(this, props);
      this.#subscribed(postToChat, 'chat-not-posted');
    }
    if (pager) {
      this.#subscribed(callThePager, 'pager-not-called');
      this.#alarm('pager-not-called', 'refused', refusedPages(props.environmentName));
    }
  }

  /** Creates a function that SNS invokes with each message about a rollback; its failures are dead letters with alarms. */
  #subscribed(task: Task, heading: string): void {
    const { environmentName: environment, tasks } = this.#props;
    const { fn } = tasks.in(this, task);
    const queue = new DeadLetters(this, `${heading}-dead-letters`, {
      environment,
      name: `${heading}-dead-letters`,
      kept: Duration.days(14),
    });
    failuresTo(fn, queue);
    this.#subscribe(fn);
    const minute = Duration.minutes(1);
    this.#alarm(heading, 'failing', fn.metricErrors({ period: minute, statistic: 'Sum' }));
    const waiting = queue.queue.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' });
    this.#alarm(heading, 'dead-letters', waiting);
  }

  /** Written out, because the CDK's own subscription names the Region of a topic that is imported. */
  #subscribe(fn: TaskFunctionResource): void {
    const { topicArn } = this.#operators;
    const subscription = new Subscription(fn, 'Operators', {
      topic: this.#operators,
      protocol: SubscriptionProtocol.LAMBDA,
      endpoint: fn.functionArn,
      filterPolicy: { rollback: SubscriptionFilter.existsFilter() },
    });
    acknowledge(subscription, {
      'Serverless-SNSRedrivePolicy':
        'SNS repeats the delivery to a function for 23 days (SNS guide, "Message delivery retries"); what the function could not do goes to the queue of dead letters.',
    });
    fn.addPermission('MessagesInvoke', { principal: new ServicePrincipal('sns.amazonaws.com'), sourceArn: topicArn });
  }

  #alarm(heading: string, of: string, metric: IMetric): void {
    const { environmentName: environment } = this.#props;
    new OperatorAlarm(this, `Alarm-${heading}-${of}`, { environment, heading, of, metric, tell: this.#operators });
  }
}

/** Lambda tries a message three times within about three minutes: after that a page is old, and the next level was called. */
function failuresTo(fn: TaskFunctionResource, { queue }: DeadLetters): void {
  fn.configureAsyncInvoke({
    maxEventAge: Duration.hours(1),
    retryAttempts: 2,
    onFailure: new SqsDestination(queue),
  });
  acknowledge(fn, {
    'Serverless-LambdaDLQ':
      'Failed events go to the failure destination of asynchronous invocations, which unlike a dead-letter queue contains the error.',
  });
}

/** Creates the topic that Amazon Q Developer reads: a standard one, because it takes no other. */
function chatTopic(scope: Construct, { environmentName, operators }: ChatAndPagerProps): void {
  const topic = new Topic(scope, 'Chat', {
    topicName: chatTopicName(environmentName),
    masterKey: operators.key,
    enforceSSL: true,
  });
  topic.applyRemovalPolicy(RemovalPolicy.RETAIN); // a new topic would be in no chat
}

const refusedPages = (environment: string) =>
  new Metric({
    namespace: productMetrics.namespace,
    metricName: productMetrics.refusedPages,
    dimensionsMap: { [productMetrics.dimension]: environment },
    statistic: 'Sum',
    period: Duration.minutes(1),
  });
