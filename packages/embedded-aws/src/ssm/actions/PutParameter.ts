import type { PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { parameterNeed, type SsmState } from '../state.ts';
import { checkText, refuseOthers } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

/** Stores a SecureString of the Parameter Store. It is not encrypted, because everything is on one machine. */
export const PutParameter: Action<SsmState, PutParameterRequest, OnTheWire<PutParameterResult>> = {
  needs: (state, { Name = '' }) => [parameterNeed(state, 'ssm:PutParameter', Name)],
  run: ({ parameters }, request) => {
    refuseOthers('PutParameter', request, ['Name', 'Value', 'Type', 'Overwrite']);
    const { Name = '', Value = '', Type, Overwrite = false } = request;
    if (Type !== 'SecureString')
      throw new AwsError(
        'NotSupportedByEmbeddedAccount',
        `PutParameter: only the Type SecureString is supported.`,
        501,
      );
    checkText(Name, 'name', /^[a-zA-Z0-9_.\-/]+$/);
    checkText(Value, 'value', /^[\s\S]+$/);
    const known = parameters.get(Name);
    if (known && !Overwrite)
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    const version = (known?.version ?? 0) + 1;
    parameters.set(Name, { value: Value, version });
    return { Version: version, Tier: 'Standard' };
  },
};
