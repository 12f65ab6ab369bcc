import { readFileSync } from 'node:fs';

/** Returns the most memory that a process has held so far, in MB (Linux, VmHWM). */
export function peakMegabytes(pid: number | undefined): number {
  const [, kilobytes = 'NaN'] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+) kB/) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
