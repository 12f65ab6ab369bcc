import type { Template } from './template.ts';

/** States with a start state: a machine, a branch of a Parallel, or the ItemProcessor of a Map. */
export type Workflow = { readonly startAt: string; readonly states: Readonly<Record<string, State>> };

/** A definition, checked and compiled. */
export type Machine = Workflow & { readonly timeoutSeconds: number | undefined };

/** A transition out of a state. Without `assign` no variable changes; without `output` the state's result is its output. */
export type Transition = {
  /** Absent at the end of a workflow. */
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

export type Catcher = Transition & { readonly errorEquals: readonly string[] };

export type Rule = Transition & { readonly condition: Template };

export type Recovery = { readonly retry: readonly Retrier[]; readonly catch: readonly Catcher[] };

type Named = { readonly name: string };

export type TaskState = Named &
  Transition &
  Recovery & {
    readonly type: 'Task';
    /** Without the `.waitForTaskToken` suffix. */
    readonly resource: string;
    readonly waitsForToken: boolean;
    readonly arguments: Template | undefined;
    readonly timeoutSeconds: Template | undefined;
    readonly heartbeatSeconds: Template | undefined;
  };

/** Its own transition is the one to Default, which may be absent. */
export type ChoiceState = Named & Transition & { readonly type: 'Choice'; readonly choices: readonly Rule[] };
export type PassState = Named & Transition & { readonly type: 'Pass' };
export type WaitState = Named &
  Transition & {
    readonly type: 'Wait';
    readonly seconds: Template | undefined;
    readonly timestamp: Template | undefined;
  };
export type SucceedState = Named & Transition & { readonly type: 'Succeed' };
export type FailState = Named & {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
};
export type ParallelState = Named &
  Transition &
  Recovery & {
    readonly type: 'Parallel';
    readonly arguments: Template | undefined;
    readonly branches: readonly Workflow[];
  };
export type MapState = Named &
  Transition &
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
