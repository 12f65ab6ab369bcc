import * as z from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import type { Authorize } from '../wire/http-service.ts';
import type { Action, Caller } from '../wire/service.ts';

/** An action with the shape of its request: a field that is not there is refused by name before anything else. */
export type CheckedAction<State, Shape extends z.ZodType, Response> = Action<State, z.output<Shape>, Response> & {
  readonly request: Shape;
};

type Service<State> = {
  /** IAM's: `sns`. */
  readonly prefix: string;
  readonly state: State;
  readonly actions: Readonly<Record<string, Action<State, never, unknown> & { readonly request: z.ZodType }>>;
  /** What this service calls an action it does not have, and a request it does not take. */
  readonly errors: { readonly unknownAction: string; readonly invalidRequest: string };
};

/** An action's name and the fields of its request, unchecked. */
type ActionRequest = { readonly name: string; readonly fields: unknown };

/** Runs an action by its name after it checked the request and authorized the caller. */
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
    const why = `Invalid parameter: ${name}, as far as the embedded account has it: ${z.prettifyError(parsed.error)}`;
    throw new AwsError(errors.invalidRequest, why);
  }
  authorize(action.needs(state, parsed.data));
  return action.run(state, parsed.data, caller);
}
