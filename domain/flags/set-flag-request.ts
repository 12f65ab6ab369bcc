import { FlagRefused } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import { type FlagValue, flagValue } from '../flag.ts';
import { shown } from '../printable.ts';

/** The ways in which a value reaches the hosts: all at once, in equal parts, or few hosts first. */
export const strategies = ['immediate', 'linear', 'canary'] as const;
export type Strategy = (typeof strategies)[number];

/** A person's request to set a flag of the normal layer: the input of the machine change-flag. */
export type SetFlagRequest = {
  readonly flag: string;
  readonly value: FlagValue;
  readonly strategy: Strategy;
  /** The name that the person gives: a claim. */
  readonly operator: string;
  readonly reason: string;
  /** The flag is set although deployments are frozen. Absent: a freeze refuses it. */
  readonly despite_freeze?: true;
};

/** Parses the input of the machine change-flag. Throws FlagRefused with the first mistake and an input that works. */
export function parseSetFlag(input: unknown): SetFlagRequest {
  const known = ['flag', 'value', 'strategy', 'operator', 'reason', 'despite_freeze'];
  const { line, oneOf, flag, optional } = fieldsOf(input, known, malformed);
  return {
    flag: line('flag', 64),
    value: valueIn((input as Readonly<Record<string, unknown>>)['value']),
    strategy: optional('strategy', (key) => oneOf(key, strategies)) ?? 'immediate',
    operator: line('operator', 100),
    reason: line('reason', 500),
    ...(optional('despite_freeze', flag) ? { despite_freeze: true } : {}),
  };
}

/** The command line knows texts only, so the texts true and false are the values of a flag that is on or off. */
function valueIn(found: unknown): FlagValue {
  if (found === undefined || found === null) throw malformed('value is missing');
  if (found === 'true' || found === 'false') return found === 'true';
  const { success, data } = flagValue.safeParse(found);
  if (success) return data;
  throw malformed(`value must be true, false or a text of letters, digits and . _ -, found ${shown(found)}`);
}

const malformed = (wrong: string) =>
  new FlagRefused(
    `A flag is set by {"flag": "data_source", "value": "databento", "operator": "ana", "reason": "new client is verified"}, with "strategy": "linear" or "canary" to set it gradually, and "despite_freeze": true while deployments are frozen; ${wrong}. Nothing was changed.`,
  );
