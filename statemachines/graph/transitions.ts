/** A state machine as anybody may have written it, as far as its drawing and its rules read it. */
export type AnyMachine = {
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AnyState>>;
};

type Assigned = Readonly<Record<string, unknown>>;

export type AnyState = {
  readonly Type: string;
  readonly Comment?: string;
  readonly Assign?: Assigned;
  readonly Next?: string;
  readonly Choices?: readonly {
    readonly Comment?: string;
    readonly Condition: string;
    readonly Assign?: Assigned;
    readonly Next: string;
  }[];
  readonly Default?: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly TimeoutSeconds?: number | string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number }[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Assign?: Assigned;
    readonly Next: string;
  }[];
  readonly Error?: string;
  readonly Cause?: string;
  /** The branches of a Parallel state. */
  readonly Branches?: readonly AnyMachine[];
  /** What a Map state does with each item. */
  readonly ItemProcessor?: AnyMachine & { readonly ProcessorConfig?: { readonly Mode?: string } };
};

/** One way out of a state, and what is assigned on it: of a failed state only what its Catch assigns. */
type Way = {
  readonly to: string;
  readonly kind: 'next' | 'rule' | 'otherwise' | 'caught';
  /** The rule's comment or condition, the errors' names; nothing for what is simply next. */
  readonly says: string;
  readonly assigns: Assigned;
};

/** Where a state may lead, in the order in which Step Functions looks: the first is the happy one. */
export function transitionsFrom({ Choices = [], Assign = {}, Default, Next, Catch = [] }: AnyState): Way[] {
  return [
    ...Choices.map(
      (rule): Way => ({
        to: rule.Next,
        kind: 'rule',
        says: rule.Comment ?? rule.Condition,
        assigns: rule.Assign ?? {},
      }),
    ),
    ...(Default === undefined ? [] : [{ to: Default, kind: 'otherwise', says: 'otherwise', assigns: Assign } as const]),
    ...(Next === undefined ? [] : [{ to: Next, kind: 'next', says: '', assigns: Assign } as const]),
    ...Catch.map(
      (catcher): Way => ({
        to: catcher.Next,
        kind: 'caught',
        says: catcher.ErrorEquals.filter((error) => error !== 'States.ALL').join(', '),
        assigns: catcher.Assign ?? {},
      }),
    ),
  ];
}

/** The states of the happy path, in its order: what is next, and of a choice its first rule. */
export function happyPath({ StartAt, States }: AnyMachine): string[] {
  const path = new Set([StartAt]);
  for (const name of path) {
    const next = transitionsFrom(States[name] ?? { Type: 'Fail' }).find(({ kind }) => kind !== 'caught');
    if (next) path.add(next.to);
  }
  return [...path];
}
