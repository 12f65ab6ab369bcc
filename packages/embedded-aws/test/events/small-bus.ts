import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import type { NewEvent } from '../../src/events/event.ts';
import { type Events, events } from '../../src/events/events.ts';
import { eventsResources } from '../../src/events/resources.ts';
import type { Rule } from '../../src/events/rule.ts';
import { AwsError } from '../../src/wire/aws-error.ts';
import type { Happening } from '../../src/wire/service.ts';

/** The start of every test. */
export const START = Date.parse('2026-03-02T09:00:00Z');
export const person = { arn: 'arn:aws:iam::000000000000:user/ana' };
export const RULE_ARN = 'arn:aws:events:eu-west-1:000000000000:rule/';
export const MACHINE = 'arn:aws:states:eu-west-1:000000000000:stateMachine:phase-1';
export const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:reconcile';
export const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:undelivered';
export const ROLE = 'arn:aws:iam::000000000000:role/starts-phase-1';

export const machine = { Id: 'machine', Arn: MACHINE, RoleArn: ROLE };
/** A rule on alarms that starts the machine. */
export const alarmRule = {
  Name: 'phase-1',
  EventPattern: { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } },
  Targets: [machine],
};

/** Returns an alarm's event with the fields that rules match. */
export const alarmEvent = (value: string, source = 'aws.cloudwatch'): NewEvent => ({
  source,
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors'],
  detail: { alarmName: 'errors', state: { value } },
});

/** A call that reached a target or a queue, with the seconds from the start. */
export type Arrival = {
  readonly second: number;
  readonly arn: string;
  readonly input: Record<string, unknown>;
  readonly role?: string;
  readonly attributes?: Readonly<Record<string, string>>;
};

/** An EventBridge under a virtual clock. Its targets throw the errors of the test in turn, then accept every call. */
export class SmallBus {
  readonly clock = new VirtualClock(START);
  readonly started: Arrival[] = [];
  readonly invoked: Arrival[] = [];
  readonly queued: Arrival[] = [];
  readonly attempts: number[] = [];
  readonly happenings: Happening[] = [];
  readonly errors: (AwsError | undefined)[] = [];
  readonly events: Events;

  constructor(seed = 1) {
    this.events = events(
      {
        clock: this.clock,
        random: seeded(seed),
        region: 'eu-west-1',
        accountId: '000000000000',
        tell: (happening) => void this.happenings.push(happening),
      },
      {
        startExecution: (arn, input, role) => {
          this.#attempt();
          this.started.push({ second: this.second(), arn, input: JSON.parse(input), role });
        },
        invoke: async (arn, event) => {
          this.#attempt();
          this.invoked.push({ second: this.second(), arn, input: event as Record<string, unknown> });
        },
        sendToQueue: async (arn, body, attributes) => {
          this.queued.push({ second: this.second(), arn, input: JSON.parse(body), attributes });
        },
      },
    );
  }

  make(properties: Record<string, unknown>) {
    const type = 'AWS::Events::Rule';
    return eventsResources(this.events)[type]?.({ stack: 'Phase1', logicalId: 'Rule', type, properties });
  }

  /** Makes a rule and returns it. */
  rule(properties: Record<string, unknown>): Rule {
    this.make(properties);
    return this.events.state.rules.get(String(properties['Name'])) as Rule;
  }

  /** Makes targets throw this error for the next `times` calls. */
  fail(code: string, times: number, statusCode = 400): void {
    for (let time = 0; time < times; time++) this.errors.push(new AwsError(code, `${code} for a test`, statusCode));
  }

  /** Advances the clock to a number of seconds after the start. */
  until(seconds: number): Promise<void> {
    return this.clock.run(START + seconds * 1000);
  }

  second(): number {
    return (this.clock.now() - START) / 1000;
  }

  #attempt(): void {
    this.attempts.push(this.second());
    const error = this.errors.shift();
    if (error) throw error;
  }
}
