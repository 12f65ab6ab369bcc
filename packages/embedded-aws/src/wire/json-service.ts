import { AwsError } from './aws-error.ts';
import type { WireService } from './route.ts';
import type { Action, RunChecked } from './service.ts';

type Actions<State> = Readonly<Record<string, Action<State, never, unknown>>>;

/** Makes a service of the JSON protocol from its actions. `prefix` is IAM's: `ssm`. */
export function jsonService<State>(service: {
  readonly prefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  readonly state: State;
  readonly actions: Actions<State>;
  readonly runChecked: RunChecked;
}): WireService {
  const { prefix, jsonVersion, state, actions, runChecked } = service;
  return {
    jsonVersion,
    respond: async (name, body, caller) => {
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!action)
        throw new AwsError(
          'UnknownOperationException',
          `The embedded account has no ${prefix}:${name}; it has ${Object.keys(actions).join(', ')}.`,
        );
      const request = parsed(body) as never;
      const call = { action: `${prefix}:${name}`, request, caller, needs: action.needs(state, request) };
      const response = await runChecked(call, () => action.run(state, request, caller));
      return { status: 200, body: JSON.stringify(response ?? {}) };
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
