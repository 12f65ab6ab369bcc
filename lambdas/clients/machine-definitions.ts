import { DescribeStateMachineCommand, type SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import { definitionHash } from '../../domain/ready/definition-hash.ts';

/**
 * Returns the hash of each machine's deployed definition, by its name after the prefix; null: it does not exist. One after the other:
 * Step Functions throttles DescribeStateMachine.
 */
export const machineDefinitionsOn =
  (stepFunctions: SFNClient, arnPrefix: string) =>
  async (names: readonly string[]): Promise<Record<string, string | null>> => {
    const found: Record<string, string | null> = {};
    for (const name of names) {
      try {
        const command = new DescribeStateMachineCommand({ stateMachineArn: `${arnPrefix}${name}` });
        found[name] = definitionHash((await stepFunctions.send(command)).definition ?? '{}');
      } catch (error) {
        if (!(error instanceof StateMachineDoesNotExist)) throw error;
        found[name] = null;
      }
    }
    return found;
  };
