import type { Action } from '../wire/service.ts';
import { DescribeExecution } from './actions/DescribeExecution.ts';
import { DescribeStateMachine } from './actions/DescribeStateMachine.ts';
import { DescribeStateMachineForExecution } from './actions/DescribeStateMachineForExecution.ts';
import { GetExecutionHistory } from './actions/GetExecutionHistory.ts';
import { ListExecutions } from './actions/ListExecutions.ts';
import { ListStateMachines } from './actions/ListStateMachines.ts';
import { RedriveExecution } from './actions/RedriveExecution.ts';
import { SendTaskFailure } from './actions/SendTaskFailure.ts';
import { SendTaskHeartbeat } from './actions/SendTaskHeartbeat.ts';
import { SendTaskSuccess } from './actions/SendTaskSuccess.ts';
import { StartExecution } from './actions/StartExecution.ts';
import { StopExecution } from './actions/StopExecution.ts';
import type { States } from './states.ts';

/** The actions of the Step Functions API that the account has. */
export const statesActions: Readonly<Record<string, Action<States, never, unknown>>> = {
  DescribeExecution,
  DescribeStateMachine,
  DescribeStateMachineForExecution,
  GetExecutionHistory,
  ListExecutions,
  ListStateMachines,
  RedriveExecution,
  SendTaskFailure,
  SendTaskHeartbeat,
  SendTaskSuccess,
  StartExecution,
  StopExecution,
};
