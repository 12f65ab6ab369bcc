import { recorded, type Trail } from '../cloudtrail/cloudtrail.ts';
import type { ActionFaults } from '../faults/action-faults.ts';
import type { Iam } from '../iam/iam.ts';
import { AwsError } from './aws-error.ts';
import type { WireService } from './endpoint.ts';
import type { Action } from './service.ts';

type Actions<State> = Readonly<Record<string, Action<State, never, unknown>>>;

/** A service of one file an action, put behind the endpoint: asked, authorized, run. `prefix` is IAM's: `ssm`. */
export function jsonService<State>(service: {
  readonly prefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  readonly state: State;
  readonly actions: Actions<State>;
  readonly iam: Iam;
  readonly faults: ActionFaults;
  readonly trail: Trail;
}): WireService {
  const { prefix, jsonVersion, state, actions, iam, faults, trail } = service;
  return {
    jsonVersion,
    answer: async (name, body, caller) => {
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!action)
        throw new AwsError(
          'UnknownOperationException',
          `The embedded account has no ${prefix}:${name}; it has ${Object.keys(actions).join(', ')}.`,
        );
      const request = parsed(body) as never;
      const needs = action.needs(state, request);
      const asked = `${prefix}:${name}`;
      const answer = await recorded(trail, { action: asked, request, caller }, () => {
        iam.authorize(caller, needs);
        faults.strike(asked, needs);
        return action.run(state, request, caller);
      });
      faults.strike(asked, needs, true);
      return { status: 200, body: JSON.stringify(answer ?? {}) };
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
