import { Exit, plain } from './data/python.ts';
import * as actions from './scripts/actions.ts';
import * as checks from './scripts/checks.ts';
import { clearCache } from './scripts/clear-cache.ts';
import { clearCorruptedCache } from './scripts/clear-corrupted-cache.ts';
import { clearState } from './scripts/clear-state.ts';
import { compareFleet } from './scripts/compare-fleet.ts';
import { lookAtVersions } from './scripts/look-at-versions.ts';
import { prepare } from './scripts/prepare.ts';
import { ready } from './scripts/ready.ts';
import { restorePreviousVersion } from './scripts/restore-previous-version.ts';
import type { Call, HostScript, Report } from './scripts/script-call.ts';
import * as trading from './scripts/trading.ts';

/** The host scripts of infra/host-scripts, by their documents. */
export const hostScripts: Readonly<Record<string, HostScript>> = {
  'call-customer-code': actions.callCustomerCode,
  'clear-cache': clearCache,
  'clear-corrupted-cache': clearCorruptedCache,
  'clear-state': clearState,
  'compare-fleet': compareFleet,
  'disable-components': actions.disableComponents,
  'flag-effective': checks.flagEffective,
  health: checks.health,
  'look-at-versions': lookAtVersions,
  prepare,
  ready,
  'reset-configuration': actions.resetConfiguration,
  'restore-previous-version': restorePreviousVersion,
  halt: trading.halt,
  resume: trading.resume,
  'resume-operations': trading.resumeOperations,
  'run-customer-script': actions.runCustomerScript,
  'stop-data-ingestion': actions.stopDataIngestion,
  'switch-services': actions.switchServices,
  'update-profile': actions.updateProfile,
  'verify-rollback': checks.verifyRollback,
  'verify-system-health': checks.verifySystemHealth,
  'version-at-target': checks.versionAtTarget,
};

const LINE_BYTES = 2000;
const REASON_CHARACTERS = 300;

export type Line = {
  readonly rollback: string;
  readonly step: string;
  readonly fence: number;
  readonly verdict: 'done' | 'failed' | 'refused';
  readonly reason?: string;
  readonly report?: Report;
};

/**
 * Runs a host script under its wrapper (infra/host-scripts/wrapper.py). Returns the line that the wrapper prints.
 *
 * A step that succeeded before returns its line again. A lower fence is refused. A check keeps no marker. A plan
 * changes nothing. A script beside a rollback neither looks at the fence nor keeps a marker.
 */
export function runUnderWrapper(document: string, call: Call): Line {
  const script = hostScripts[document];
  if (!script) throw new Error(`The model of hosts does not know the host script ${document}; add it to wrapper.ts.`);
  const { SSM_Fence = '', SSM_Kind, SSM_Mode, SSM_RollbackId: rollback = '', SSM_Step: step = '' } = call.parameters;
  const head = { rollback, step, fence: Number(SSM_Fence) };
  if (SSM_Mode === 'plan') return outcome(head, `${document}.py`, () => script(call));
  if (SSM_Kind === 'beside') return outcome(head, `${document}.py`, () => script(call));
  const { kept } = call.host;
  if (head.fence < kept.fence)
    return {
      ...head,
      verdict: 'refused',
      reason: `Fence ${head.fence} is lower than ${kept.fence}, this host's highest; nothing was run. Use the newest rollback's fence`,
    };
  kept.fence = head.fence;
  const marker = `${rollback}/${step}`;
  const remembered = SSM_Kind === 'check' ? undefined : (kept.markers.get(marker) as Line | undefined);
  if (remembered) return remembered;
  const line = outcome(head, `${document}.py`, () => script(call));
  if (SSM_Kind !== 'check' && line.verdict === 'done') kept.markers.set(marker, line);
  return line;
}

function outcome(head: Pick<Line, 'rollback' | 'step' | 'fence'>, name: string, run: () => Report): Line {
  const failed = (reason: string, report?: Report): Line => {
    const cut = reason.slice(0, REASON_CHARACTERS);
    const line: Line = {
      ...head,
      verdict: 'failed',
      reason: cut,
      ...(report ? { report: plain(report) as Report } : {}),
    };
    return bytesOf(line) <= LINE_BYTES ? line : { ...head, verdict: 'failed', reason: cut };
  };
  try {
    const line: Line = { ...head, verdict: 'done', report: plain(run()) as Report };
    if (bytesOf(line) <= LINE_BYTES) return line;
    return failed(`${name} makes a line of ${bytesOf(line)} bytes, expected at most ${LINE_BYTES}; shorten its report`);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return failed(`${name} exited with 1: ${error.message}`, error.report);
  }
}

/** Returns the length of the line as the wrapper prints it, with its newline. */
const bytesOf = (line: Line): number => Buffer.byteLength(lineText(line));

/** Returns the line as text: compact JSON with sorted names. */
export const lineText = (line: Line): string => `${JSON.stringify(inOrder(line))}\n`;

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, inOrder(one)]));
}
