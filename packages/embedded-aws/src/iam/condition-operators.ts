import { matchesArn, matchesWildcard } from './wildcard.ts';

/** `ForAnyValue:StringLike`, taken apart. */
export type Operator = {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly comparison: Comparison;
};

type Comparison = {
  /** A negated operator holds when no wanted value matches, and when the key is absent. */
  readonly negated: boolean;
  readonly matches: (wanted: string, found: string) => boolean;
};

const equal = (wanted: string, found: string) => wanted === found;
const sameTruth = (wanted: string, found: string) => wanted.toLowerCase() === found.toLowerCase();

/** `Null` is not among them: it asks for the key, not for its value. */
const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: { negated: false, matches: equal },
  StringNotEquals: { negated: true, matches: equal },
  StringLike: { negated: false, matches: matchesWildcard },
  StringNotLike: { negated: true, matches: matchesWildcard },
  ArnEquals: { negated: false, matches: matchesArn },
  ArnLike: { negated: false, matches: matchesArn },
  Bool: { negated: false, matches: sameTruth },
};

/** Takes an operator apart. Throws for one the account cannot judge, by its name. */
export function parseOperator(name: string): Operator | 'Null' {
  if (name === 'Null') return name;
  const [, set, base = '', ifExists] = name.match(/^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/) ?? [];
  const comparison = Object.hasOwn(comparisons, base) ? comparisons[base] : undefined;
  // What a missing key means to both together is not documented.
  if (!comparison || (set && ifExists))
    throw new Error(
      `The embedded account does not know the condition operator ${name}. It knows Null, and ` +
        `${Object.keys(comparisons).join(', ')}, each with IfExists or after ForAllValues: or ForAnyValue:.`,
    );
  return { set: set as Operator['set'], ifExists: ifExists !== undefined, comparison };
}
