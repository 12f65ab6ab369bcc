import { matchesArn, matchesWildcard } from './wildcard.ts';

/** A condition operator, e.g. `ForAnyValue:StringLike`, in its parts. */
export type Operator = {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly comparison: Comparison;
};

type Comparison = {
  /** A negated operator holds if no wanted value matches, and if the key is absent. */
  readonly negated: boolean;
  readonly matches: (wanted: string, found: string) => boolean;
};

const equal = (wanted: string, found: string) => wanted === found;
const sameTruth = (wanted: string, found: string) => wanted.toLowerCase() === found.toLowerCase();

/** The comparisons of a value. `Null` is not among them, because it tests the key and not its value. */
const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: { negated: false, matches: equal },
  StringNotEquals: { negated: true, matches: equal },
  StringLike: { negated: false, matches: matchesWildcard },
  StringNotLike: { negated: true, matches: matchesWildcard },
  ArnEquals: { negated: false, matches: matchesArn },
  ArnLike: { negated: false, matches: matchesArn },
  Bool: { negated: false, matches: sameTruth },
};

/** Parses an operator. Throws an error that names it if the account cannot evaluate it. */
export function parseOperator(name: string): Operator | 'Null' {
  if (name === 'Null') return name;
  const [, set, base = '', ifExists] = name.match(/^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/) ?? [];
  const comparison = Object.hasOwn(comparisons, base) ? comparisons[base] : undefined;
  // AWS does not document the meaning of a missing key for a set operator with IfExists.
  if (!comparison || (set && ifExists))
    throw new Error(
      `The embedded account does not know the condition operator ${name}. It knows Null, and ` +
        `${Object.keys(comparisons).join(', ')}, each with IfExists or after ForAllValues: or ForAnyValue:.`,
    );
  return { set: set as Operator['set'], ifExists: ifExists !== undefined, comparison };
}
