import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { healthLines } from './look-text.ts';

/** One host's latest word on a step or check. */
export const hostText = ({ name, step, verdict, reason, report }: KeptVerdict) =>
  `  ${name.padEnd(10)} ${step.padEnd(29)} ${verdict.padEnd(11)} ${reason ?? saw(report) ?? took(report)}`.trimEnd();

/** What a check saw there: that it could look says nothing. Undefined of what is no check. */
function saw(report: KeptVerdict['report']): string | undefined {
  if (report?.['healthy'] === true) return 'healthy';
  if (report?.['healthy'] !== undefined)
    return `not healthy: ${healthLines(report).join('; ') || 'it does not say why'}`;
  if (report?.['at_target'] === true) return `at ${String(report['version'])}`;
  if (report?.['at_target'] === undefined) return undefined;
  const flags = Array.isArray(report['flags']) ? report['flags'].map((one) => `, ${String(one)}`).join('') : '';
  return `at ${String(report['version'])}, not the target: ${String(report['different'] ?? 'unknown')} paths differ${flags}`;
}

/** What the step took away there: the auditor's question. */
function took(report: KeptVerdict['report']): string {
  const { files, rows, keys } = (report ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const changed = Number(report?.['quarantined'] ?? 0);
  const parts = [
    ...(files?.['moved'] ? [`${files['moved']} files`] : []),
    ...(rows?.['removed'] ? [`${rows['removed']} rows`] : []),
    ...(keys?.['removed'] ? [`${keys['removed']} Redis keys`] : []),
    ...(changed > 0 ? [`${changed} changed files`] : []),
  ];
  if (parts.length === 0 && report?.['restore']) return 'keeps what it changed in quarantine';
  return parts.length > 0 ? `took away ${parts.join(' and ')}, kept in quarantine` : '';
}
