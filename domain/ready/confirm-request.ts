import { InvalidInput } from '../errors.ts';
import { fieldsOf } from '../fields.ts';

/** A person's confirmation that the contacts are right: the input of the machine confirm-contacts. */
export type ConfirmRequest = {
  /** The name that the person gives: a claim. */
  readonly operator: string;
};

/** Parses the machine's input. Throws InvalidInput with the first mistake and an input that works. */
export function parseConfirm(input: unknown): ConfirmRequest {
  const { line } = fieldsOf(input, ['operator'], malformed);
  return { operator: line('operator', 100) };
}

const malformed = (wrong: string) =>
  new InvalidInput(`A confirmation is {"operator": "ana"}; ${wrong}. Nothing was confirmed.`);
