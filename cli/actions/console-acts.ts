import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Fields } from '../../console/backend.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { parseAnswer } from '../../domain/question/answer.ts';
import { accountSentence } from '../account/account-error.ts';
import type { Connected } from '../account/clients.ts';
import { namesIn } from '../text/given-answer.ts';
import { ended, phaseIn } from './console-machine.ts';
import { peopleActs } from './console-people.ts';
import type { AcceptedAnswer } from './decide.ts';
import { checkReadiness } from './ready.ts';

/** Returns the acts that the console does for a person, by name. Each returns a sentence about what was done. */
export const consoleActs = (connection: Connected, now: () => number) => ({
  answer: async ({ hosts, ...fields }: Fields) => {
    const input = { ...fields, ...(hosts === undefined ? {} : { hosts: namesIn(String(hosts)) }) };
    const parsed = parseAnswer(input);
    if ('refused' in parsed) throw new InvalidInput(parsed.refused);
    const missing = (['rollback', 'question'] as const).find((key) => parsed[key] === null);
    if (missing)
      throw new InvalidInput(
        `${missing} is missing: an answer goes to the question that was read. Nothing was decided.`,
      );
    // A refusal names who decided, if somebody was faster.
    const { answer, standing } = await ended<AcceptedAnswer>(connection, 'decide', input);
    return { says: `Accepted: ${answer}. ${standing}` };
  },
  ready: async (fields: Fields) => {
    const phase = phaseIn(fields);
    const checked = await checkReadiness(connection, { phase }, () => {});
    if ('failed' in checked) throw new Error(checked.failed);
    if ('waiting' in checked) throw new Error(`The check still runs: ${checked.waiting}`);
    return { says: `Phase ${phase} is ${checked.found.state}.` };
  },
  ...peopleActs(connection, now),
});

/** The machine that each act starts. A plan and a start begin that of their phase. */
const machines: Readonly<Record<string, string>> = {
  ...{ answer: 'decide', ready: 'check-readiness', ack: 'annotate' },
  ...{ pause: 'brakes', unpause: 'brakes', release: 'release' },
};

function machineOf({ act, phase }: Fields): string {
  if (act === 'start') return `phase-${phaseIn({ phase: Number(phase) })}`;
  const machine = Object.hasOwn(machines, String(act)) ? machines[String(act)] : undefined;
  if (machine === undefined) throw new InvalidInput(`There is no act ${JSON.stringify(act)}.`);
  return machine;
}

/**
 * Returns whether the caller may start the machine of an act, and why not.
 *
 * It asks AWS by a start that can never happen: its input is no JSON. AWS refuses a caller without the right as AccessDenied before it
 * looks at the input (docs/assumptions.md). IAM's own simulation would need a right that also shows other people's rights.
 */
export function rightsReader(connection: Connected) {
  const known = new Map<string, Promise<{ allowed: boolean; why: string | null }>>();
  const ask = async (machine: string) => {
    const stateMachineArn = connection.arnOf(machine);
    try {
      await connection.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input: noJson }));
    } catch (error) {
      if ((error as Error).name === 'InvalidExecutionInput') return { allowed: true, why: null };
      if (/AccessDenied/.test((error as Error).name))
        return { allowed: false, why: accountSentence(error, connection) };
      throw error;
    }
    throw new Error(`Step Functions started ${stateMachineArn} with an input that is no JSON.`);
  };
  return (fields: Fields) => {
    const machine = machineOf(fields);
    const found = known.get(machine) ?? ask(machine);
    known.set(machine, found);
    found.catch(() => known.delete(machine)); // an error is not kept: the next read asks again
    return found;
  };
}

const noJson = '{this asks only whether the caller may start this machine';
