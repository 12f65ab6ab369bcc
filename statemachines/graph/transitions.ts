/** The parts of any state machine that its drawing and its rules read. */
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
  /** The states that a Map state runs for each item. */
  readonly ItemProcessor?: AnyMachine & { readonly ProcessorConfig?: { readonly Mode?: string } };
};

/** One transition out of a state, and the variables that it assigns. After an error only the Catch assigns. */
type Transition = {
  readonly to: string;
  readonly kind: 'next' | 'rule' | 'otherwise' | 'caught';
  /** The comment or condition of a rule, the names of caught errors, or nothing for a plain next state. */
  readonly label: string;
  readonly assigns: Assigned;
};

/** Errors whose line needs no label: the state to which it leads says what happened. */
const unlabelled = ['States.ALL', 'StepFailed'];

/**
 * Returns the transitions out of a state, in the order in which Step Functions checks them. The first is the happy
 * one.
 */
export function transitionsFrom({ Choices = [], Assign = {}, Default, Next, Catch = [] }: AnyState): Transition[] {
  return [
    ...Choices.map(
      (rule): Transition => ({
        to: rule.Next,
        kind: 'rule',
        label: rule.Comment ?? rule.Condition,
        assigns: rule.Assign ?? {},
      }),
    ),
    ...(Default === undefined
      ? []
      : [{ to: Default, kind: 'otherwise', label: 'otherwise', assigns: Assign } as const]),
    ...(Next === undefined ? [] : [{ to: Next, kind: 'next', label: '', assigns: Assign } as const]),
    ...Catch.map(
      (catcher): Transition => ({
        to: catcher.Next,
        kind: 'caught',
        label: catcher.ErrorEquals.filter((error) => !unlabelled.includes(error)).join(', '),
        assigns: catcher.Assign ?? {},
      }),
    ),
  ];
}

/** Returns the states of the happy path in order: each next state, and after a choice the state of its first rule. */
export function happyPath({ StartAt, States }: AnyMachine): string[] {
  const path = new Set([StartAt]);
  for (const name of path) {
    const next = transitionsFrom(States[name] ?? { Type: 'Fail' }).find(({ kind }) => kind !== 'caught');
    if (next) path.add(next.to);
  }
  return [...path];
}
