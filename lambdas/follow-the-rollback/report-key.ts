import { createHash } from 'node:crypto';
import { reportsFolder } from '../../domain/archive/report-key.ts';

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** With the hash of its content, because an object has one version: a run that died behind its put leaves an object that no event names. */
export const reportKey = (
  rollback: string,
  { name, sha256, ending }: { readonly name: string; readonly sha256: string; readonly ending: string },
): string => `${reportsFolder}${encodeURIComponent(rollback)}/${name}-${sha256.slice(0, 12)}.${ending}`;
