import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './synthesized.ts';

/** Makes a copy of the product's infra/ with one more runbook and its three scripts. Nothing else is changed. */
export function withFifthRunbook() {
  const folder = mkdtempSync(join(tmpdir(), 'fifth-runbook-'));
  const infra = join(folder, 'infra');
  cpSync(join(root, 'infra'), infra, { recursive: true });
  cpSync(join(import.meta.dirname, 'fifth-runbook/infra'), infra, { recursive: true });
  return { infra, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}
