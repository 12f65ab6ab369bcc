import { sha256 } from '../data/python.ts';
import { type Call, placeOf, quarantineOf, words } from './script-call.ts';

// infra/host-scripts/shared/keeping.py

/** Copies the files that the customer's code is about to write, in the first attempt only. */
export function keep(call: Call): void {
  if (words(call, 'SSM_Keeps').length === 0) return;
  const { copies } = quarantineOf(call);
  for (const from of words(call, 'SSM_Keeps')) {
    if (copies.some((copy) => copy.from === from)) continue;
    const bytes = call.host.files.bytes(from);
    if (call.host.files.has(from)) copies.push({ from, bytes, sha256: sha256(bytes) });
  }
}

export const wouldKeep = (call: Call): object => {
  const names = words(call, 'SSM_Keeps');
  if (names.length === 0) return {};
  const amount = (name: string) => ({
    count: call.host.files.has(name) ? 1 : 0,
    bytes: call.host.files.bytes(name).length,
  });
  return { would_copy: Object.fromEntries(names.map((name) => [name, amount(name)])) };
};

export const keptReport = (call: Call): object =>
  words(call, 'SSM_Keeps').length === 0 ? {} : { ...placeOf(call), lost: false };
