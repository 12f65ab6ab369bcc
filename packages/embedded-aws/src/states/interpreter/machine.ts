import type { Template } from './template.ts';

/** A set of states with a start: a machine, a branch of a Parallel, or the ItemProcessor of a Map. */
export type Workflow = { readonly startAt: string; readonly states: Readonly<Record<string, State>> };

/** A definition, checked and compiled. */
export type Machine = Workflow & { readonly timeoutSeconds: number | undefined };

/** What happens on the way out of a state. Absent: no variables change, and the state's own result goes out. */
export type Leaving = {
  /** Absent: the end. */
  readonly next: string | undefined;
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
};

export type Retrier = {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly jitter: boolean;
};

export type Catcher = Leaving & { readonly errorEquals: readonly string[] };

export type Rule = Leaving & { readonly condition: Template };

export type Recovery = { readonly retry: readonly Retrier[]; readonly catch: readonly Catcher[] };

type Named = { readonly name: string };

export type TaskState = Named &
  Leaving &
  Recovery & {
    readonly type: 'Task';
    /** Without the `.waitForTaskToken` suffix. */
    readonly resource: string;
    readonly waitsForToken: boolean;
    readonly arguments: Template | undefined;
    readonly timeoutSeconds: Template | undefined;
    readonly heartbeatSeconds: Template | undefined;
  };

/** `Leaving` is the way to Default, which may be missing. */
export type ChoiceState = Named & Leaving & { readonly type: 'Choice'; readonly choices: readonly Rule[] };
export type PassState = Named & Leaving & { readonly type: 'Pass' };
export type WaitState = Named &
  Leaving & { readonly type: 'Wait'; readonly seconds: Template | undefined; readonly timestamp: Template | undefined };
export type SucceedState = Named & Leaving & { readonly type: 'Succeed' };
export type FailState = Named & {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
};
export type ParallelState = Named &
  Leaving &
  Recovery & {
    readonly type: 'Parallel';
    readonly arguments: Template | undefined;
    readonly branches: readonly Workflow[];
  };
export type MapState = Named &
  Leaving &
  Recovery & {
    readonly type: 'Map';
    readonly items: Template | undefined;
    readonly itemSelector: Template | undefined;
    readonly itemProcessor: Workflow;
    readonly maxConcurrency: Template | undefined;
  };

export type State =
  | TaskState
  | ChoiceState
  | PassState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;
