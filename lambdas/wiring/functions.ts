import { wireAnnotateTheRollback } from './annotate-the-rollback.ts';
import { wireArchiveMetrics } from './archive-metrics.ts';
import { wireAskAPerson } from './ask-a-person.ts';
import { wireAttachPrincipal } from './attach-principal.ts';
import type { Clients } from './aws-clients.ts';
import { wireCallThePager } from './call-the-pager.ts';
import { wireChangeTheTask } from './change-the-task.ts';
import { wireCheckDocuments } from './check-documents.ts';
import { wireCheckReadiness } from './check-readiness.ts';
import type { Clock } from './clock.ts';
import { wireCloseRollback } from './close-rollback.ts';
import { wireConfirmContacts } from './confirm-contacts.ts';
import { wireConfirmRecovery } from './confirm-recovery.ts';
import { wireCountFailures } from './count-failures.ts';
import { wireExportHistory } from './export-history.ts';
import { wireFlipFlag } from './flip-flag.ts';
import { wireFollowTheRollback } from './follow-the-rollback.ts';
import { wireHaltTheHosts } from './halt-the-hosts.ts';
import { wireLookAtHosts } from './look-at-hosts.ts';
import { wireMeasureTheTimes } from './measure-the-times.ts';
import { wireOpenRollback } from './open-rollback.ts';
import { wirePlanTheRollback } from './plan-the-rollback.ts';
import { wirePostToChat } from './post-to-chat.ts';
import { wirePrepareTheHosts } from './prepare-the-hosts.ts';
import { wirePublishTransitions } from './publish-transitions.ts';
import { wireReadTheDecision } from './read-the-decision.ts';
import { wireReconcile } from './reconcile.ts';
import { wireRecordDeployment } from './record-deployment.ts';
import { wireRecordTheHalt } from './record-the-halt.ts';
import { wireReleaseTheFleet } from './release-the-fleet.ts';
import { wireRemindOfTasks } from './remind-of-tasks.ts';
import { wireResumeTheHosts } from './resume-the-hosts.ts';
import { wireReviewTheRollback } from './review-the-rollback.ts';
import { wireRunOnHosts } from './run-on-hosts.ts';
import { wireSeedFlags } from './seed-flags.ts';
import { wireSendMessage } from './send-message.ts';
import { wireSetTheBrakes } from './set-the-brakes.ts';
import { wireSetTheFlag } from './set-the-flag.ts';
import type { Settings } from './settings.ts';
import { wireTakeTheAnswer } from './take-the-answer.ts';
import { wireTakeTheFleet } from './take-the-fleet.ts';
import { wireWatchTheFleet } from './watch-the-fleet.ts';
import { wireWritePage } from './write-page.ts';

/** Makes a function's handler from AWS clients, the function's settings and a clock. */
export type Wire = (clients: Clients, settings: Settings, clock: Clock) => unknown;

/**
 * Every function's wiring by function name, to run all functions in one process. A deployed function imports only its
 * own.
 */
export const functions = {
  'annotate-the-rollback': wireAnnotateTheRollback,
  'ask-a-person': wireAskAPerson,
  'attach-principal': wireAttachPrincipal,
  'call-the-pager': wireCallThePager,
  'change-the-task': wireChangeTheTask,
  'check-documents': wireCheckDocuments,
  'check-readiness': wireCheckReadiness,
  'close-rollback': wireCloseRollback,
  'confirm-contacts': wireConfirmContacts,
  'confirm-recovery': wireConfirmRecovery,
  'count-failures': wireCountFailures,
  'archive-metrics': wireArchiveMetrics,
  'export-history': wireExportHistory,
  'flip-flag': wireFlipFlag,
  'follow-the-rollback': wireFollowTheRollback,
  'look-at-hosts': wireLookAtHosts,
  'measure-the-times': wireMeasureTheTimes,
  'open-rollback': wireOpenRollback,
  'plan-the-rollback': wirePlanTheRollback,
  'post-to-chat': wirePostToChat,
  'prepare-the-hosts': wirePrepareTheHosts,
  'publish-transitions': wirePublishTransitions,
  'read-the-decision': wireReadTheDecision,
  reconcile: wireReconcile,
  'record-deployment': wireRecordDeployment,
  'release-the-fleet': wireReleaseTheFleet,
  'remind-of-tasks': wireRemindOfTasks,
  'review-the-rollback': wireReviewTheRollback,
  'run-on-hosts': wireRunOnHosts,
  'seed-flags': wireSeedFlags,
  'send-message': wireSendMessage,
  'set-the-brakes': wireSetTheBrakes,
  'set-the-flag': wireSetTheFlag,
  'take-the-answer': wireTakeTheAnswer,
  'take-the-fleet': wireTakeTheFleet,
  'halt-the-hosts': wireHaltTheHosts,
  'record-the-halt': wireRecordTheHalt,
  'resume-the-hosts': wireResumeTheHosts,
  'watch-the-fleet': wireWatchTheFleet,
  'write-page': wireWritePage,
} satisfies Readonly<Record<string, Wire>>;
