import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** Starts a phase's machine. A name that was used before starts nothing, however that execution ended. */
export type StartMachine = (phase: number, input: unknown, name?: string) => Promise<void>;

export const startMachineOn =
  (stepFunctions: SFNClient, machineOf: (phase: number) => string): StartMachine =>
  async (phase, input, name) => {
    const stateMachineArn = machineOf(phase);
    try {
      await stepFunctions.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), ...(name ? { name } : {}) }),
      );
    } catch (error) {
      if (!(name && error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
    }
  };
