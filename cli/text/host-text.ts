import { counted } from '../../domain/counted.ts';
import { besidesPaths } from '../../domain/host/confirmation.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { healthLines } from './look-text.ts';

/** Returns one host's latest verdict on a step or check as a line. */
export const hostText = ({ name, step, verdict, reason, report }: KeptVerdict) =>
  `  ${name.padEnd(10)} ${step.padEnd(29)} ${verdict.padEnd(11)} ${reason ?? checkResult(report) ?? movedAway(report)}`.trimEnd();

/** Returns the result of a check: the verdict `done` means only that the check ran. Undefined if the step is no check. */
function checkResult(report: KeptVerdict['report']): string | undefined {
  if (report?.['healthy'] === true) return 'healthy';
  if (report?.['healthy'] !== undefined) return `not healthy: ${healthLines(report).join('; ') || 'no reason given'}`;
  if (report?.['at_target'] === true) return `at ${String(report['version'])}`;
  if (report?.['at_target'] === undefined) return undefined;
  const { tag, commit, frozen } = report;
  if (frozen)
    return `not at the target: its tag ${String(tag)} names ${String(commit).slice(0, 12)}, the rollback restored ${String(frozen).slice(0, 12)}`;
  return `at ${String(report['version'])}, not the target: ${String(report['different'] ?? 'unknown')} paths differ${besidesPaths(report)}`;
}

/** Returns what the step moved away on this host; an auditor asks for it first. */
function movedAway(report: KeptVerdict['report']): string {
  const { files, rows, keys } = (report ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const changed = Number(report?.['quarantined'] ?? 0);
  const parts = [
    ...(files?.['moved'] ? [`${counted(String(files['moved']), 'file')}`] : []),
    ...(rows?.['removed'] ? [`${counted(String(rows['removed']), 'row')}`] : []),
    ...(keys?.['removed'] ? [`${keys['removed']} Redis keys`] : []),
    ...(changed > 0 ? [`${changed} changed files`] : []),
  ];
  if (parts.length === 0 && report?.['restore']) return 'previous content kept in quarantine';
  return parts.length > 0 ? `moved to quarantine: ${parts.join(', ')}` : '';
}
