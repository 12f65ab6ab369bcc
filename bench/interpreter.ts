import { realClock } from 'embedded-aws/clock';
import { seeded } from 'embedded-aws/random';
import { states } from 'embedded-aws/states';
import { payload } from 'embedded-aws/states/payload';
import { type Figure, median } from './figure.ts';

/** A loop of Pass and Choice with expressions, like those in the product's machines. */
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  States: {
    Begin: { Type: 'Pass', Assign: { n: 0, host: 'host-1' }, Next: 'Count' },
    Count: {
      Type: 'Pass',
      Assign: { n: '{% $n + 1 %}' },
      Output: { seen: '{% $n %}', host: '{% $host %}' },
      Next: 'More?',
    },
    'More?': { Type: 'Choice', Choices: [{ Condition: '{% $n < 5000 %}', Next: 'Count' }], Default: 'Done' },
    Done: { Type: 'Succeed' },
  },
};

/**
 * Measures the interpreter alone, in transitions per second: the median of 9 executions of 10,000, after one to warm
 * up.
 */
export async function interpreter(): Promise<Figure[]> {
  const machines = states(
    { clock: realClock(), random: seeded(1), region: 'us-east-1', accountId: '000000000000', tell: () => {} },
    {},
  );
  const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:loop';
  const machine = machines.createStateMachine({
    name: 'loop',
    arn,
    roleArn: 'nobody',
    definition: JSON.stringify(definition),
  });
  const speeds: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const began = performance.now();
    const execution = machines.start(machine, `round-${round}`, payload({}));
    await execution.finished;
    speeds.push((execution.transitions / (performance.now() - began)) * 1000);
  }
  return [
    {
      name: 'interpreter, Pass/Choice',
      value: Math.round(median(speeds.slice(1))),
      unit: 'transitions/s',
      least: 20_000,
    },
  ];
}
