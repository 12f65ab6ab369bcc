import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import type { Execution } from '../../src/states/interpreter/execution.ts';
import type { Integration } from '../../src/states/interpreter/integration.ts';
import { payload } from '../../src/states/interpreter/payload.ts';
import { type States, states } from '../../src/states/states.ts';
import type { Happening } from '../../src/wire/service.ts';

/** 2026-01-01T00:00:00Z, the start of every test. */
export const START = Date.UTC(2026, 0, 1);

const MACHINE = 'arn:aws:states:eu-west-1:000000000000:stateMachine:';

/** A Resource whose result the test defines. */
export const WORK = 'arn:aws:states:::lambda:invoke';

/** The fields of a machine. By default it has JSONata and starts at its first state. */
export type Definition = { readonly States: Record<string, object> } & Record<string, unknown>;

/** An account with a virtual clock and one integration. */
export class TestAccount {
  readonly clock: VirtualClock;
  readonly happenings: Happening[] = [];
  readonly states: States;

  constructor(work: Integration = async (call) => call.arguments, seed = 1, clock = new VirtualClock(START)) {
    this.clock = clock;
    const place = { region: 'eu-west-1', accountId: '000000000000' };
    const tell = (happening: Happening) => this.happenings.push(happening);
    this.states = states({ clock: this.clock, random: seeded(seed), tell, ...place }, { [WORK]: work });
  }

  create(definition: Definition, name = 'm') {
    const [StartAt] = Object.keys(definition.States);
    const text = JSON.stringify({ QueryLanguage: 'JSONata', StartAt, ...definition });
    const roleArn = 'arn:aws:iam::000000000000:role/r';
    return this.states.createStateMachine({ name, arn: `${MACHINE}${name}`, definition: text, roleArn });
  }

  start(definition: Definition, input: unknown = {}, name = 'e'): Execution {
    return this.states.start(this.create(definition), name, payload(input));
  }

  /** Lets `seconds` pass. */
  pass(seconds: number): Promise<void> {
    return this.clock.run(this.clock.now() + seconds * 1000);
  }
}

/** Runs a definition for a year of virtual time. */
export async function run(definition: Definition, input: unknown = {}, work?: Integration): Promise<Execution> {
  const account = new TestAccount(work);
  const execution = account.start(definition, input);
  await account.clock.run(START + 366 * 86_400_000, () => execution.status !== 'RUNNING');
  return execution;
}

/** Runs a definition that must succeed, and returns its output. */
export async function output(definition: Definition, input: unknown = {}, work?: Integration): Promise<unknown> {
  const { status, ending } = await run(definition, input, work);
  if (status !== 'SUCCEEDED') throw new Error(`${status}: ${ending.error}: ${ending.cause}`);
  return ending.output?.value;
}

/** The types of the events, in order. */
export const types = ({ history }: Execution) => history.map(({ type }) => type);

/** Seconds from the start at which events of a type happened. */
export const secondsOf = ({ history }: Execution, type: string) =>
  history.filter((event) => event.type === type).map(({ timestamp }) => timestamp - START / 1000);
