import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** Starts a phase's machine; a name that was used before, whatever became of it, starts nothing. */
export const startMachines =
  (stepFunctions: SFNClient, machineOf: (phase: number) => string) =>
  async (phase: number, input: unknown, name?: string): Promise<void> => {
    const stateMachineArn = machineOf(phase);
    try {
      await stepFunctions.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), ...(name ? { name } : {}) }),
      );
    } catch (error) {
      if (!(name && error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
    }
  };
