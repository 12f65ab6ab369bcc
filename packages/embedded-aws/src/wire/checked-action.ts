import * as z from 'zod';
import { AwsError } from './aws-error.ts';
import type { Authorize } from './http-service.ts';
import type { Action, Caller } from './service.ts';

/** An action with the schema of its request: an unknown field is refused by name before anything else happens. */
export type CheckedAction<State, Shape extends z.ZodType, Response> = Action<State, z.output<Shape>, Response> & {
  readonly request: Shape;
};

/** A service's actions by AWS's names. */
export type CheckedActions<State> = Readonly<
  Record<string, Action<State, never, unknown> & { readonly request: z.ZodType }>
>;

type Service<State> = {
  /** The service's prefix in IAM actions: `sns`. */
  readonly prefix: string;
  readonly state: State;
  readonly actions: CheckedActions<State>;
  /** The service's error codes for an unknown action and for an invalid request. */
  readonly errors: { readonly unknownAction: string; readonly invalidRequest: string };
};

/** An action's name and the fields of its request, unchecked. */
type ActionRequest = { readonly name: string; readonly fields: unknown };

/** Runs an action by its name: checks the request, authorizes the caller, then calls the action. */
export async function runAction<State>(
  { prefix, state, actions, errors }: Service<State>,
  { name, fields }: ActionRequest,
  authorize: Authorize,
  caller: Caller,
): Promise<unknown> {
  const action = Object.hasOwn(actions, name)
    ? (actions[name] as unknown as CheckedAction<State, z.ZodType, unknown>)
    : undefined;
  if (!action) {
    const known = Object.keys(actions).join(', ');
    throw new AwsError(errors.unknownAction, `The embedded account has no ${prefix}:${name}; it has ${known}.`);
  }
  const parsed = action.request.safeParse(fields);
  if (!parsed.success) {
    const why = `Invalid parameter: the embedded account cannot take this ${name} request: ${z.prettifyError(parsed.error)}`;
    throw new AwsError(errors.invalidRequest, why);
  }
  authorize(action.needs(state, parsed.data));
  return action.run(state, parsed.data, caller);
}
