import type { Infra } from '../config/infra.ts';
import { beforeMachine } from '../domain/phases.ts';
import type { StateMachine } from './asl.ts';
import { annotateMachine } from './machines/annotate.ts';
import { brakesMachine } from './machines/brakes.ts';
import { changeFlagMachine } from './machines/change-flag.ts';
import { changeTaskMachine } from './machines/change-task.ts';
import { checkReadinessMachine } from './machines/check-readiness.ts';
import { confirmContactsMachine } from './machines/confirm-contacts.ts';
import { decideMachine } from './machines/decide.ts';
import { followUpMachine } from './machines/follow-up.ts';
import { haltMachine } from './machines/halt.ts';
import { lookMachine } from './machines/look.ts';
import { phaseMachine } from './machines/phase.ts';
import { prepareDeploymentMachine } from './machines/prepare-deployment.ts';
import { recordDeploymentMachine } from './machines/record-deployment.ts';
import { releaseMachine } from './machines/release.ts';
import { resumeMachine } from './machines/resume.ts';
import { reviewMachine } from './machines/review.ts';
import { rollBackToBeforeMachine } from './machines/roll-back-to-before.ts';

/** Returns every state machine, made from infra/, by its name after `rollback-<environment>-`. */
export function stateMachines(infra: Infra): Record<string, StateMachine> {
  return {
    annotate: annotateMachine(),
    brakes: brakesMachine(infra.runbooks),
    'change-flag': changeFlagMachine(infra),
    'change-task': changeTaskMachine(),
    'check-readiness': checkReadinessMachine(infra),
    'confirm-contacts': confirmContactsMachine(),
    decide: decideMachine(),
    'follow-up': followUpMachine(infra),
    halt: haltMachine(infra),
    look: lookMachine(infra),
    ...Object.fromEntries(
      infra.runbooks.map((runbook) => [`phase-${runbook.phase}`, phaseMachine({ runbook, ...infra })]),
    ),
    [beforeMachine]: rollBackToBeforeMachine(infra),
    'prepare-deployment': prepareDeploymentMachine(infra),
    'record-deployment': recordDeploymentMachine(),
    release: releaseMachine(),
    resume: resumeMachine(infra),
    review: reviewMachine(),
  };
}

/** The deployed and reviewed file of a machine: statemachines/rendered/NAME.asl.json. */
export const renderedFile = (name: string) => new URL(`rendered/${name}.asl.json`, import.meta.url);
export const renderedText = (machine: StateMachine) => `${JSON.stringify(machine, null, 2)}\n`;
