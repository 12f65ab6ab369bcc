import { pythonJson, sha256 } from '../data/python.ts';
import { type Call, placeOf, quarantineOf, words } from './script-call.ts';

// infra/host-scripts/shared/keeping.py

/** Copies the files that the customer's code is about to write, in the first attempt only. */
export function keep(call: Call): void {
  if (words(call, 'SSM_Keeps').length === 0) return;
  const { copies } = quarantineOf(call);
  for (const from of words(call, 'SSM_Keeps')) {
    if (copies.some((copy) => copy.from === from)) continue;
    const bytes = contentOf(call, from);
    if (bytes) copies.push({ from, bytes, sha256: sha256(bytes) });
  }
}

export const wouldKeep = (call: Call): object => {
  const names = words(call, 'SSM_Keeps');
  if (names.length === 0) return {};
  const amount = (name: string) => {
    const bytes = contentOf(call, name);
    return { count: bytes ? 1 : 0, bytes: bytes?.length ?? 0 };
  };
  return { would_copy: Object.fromEntries(names.map((name) => [name, amount(name)])) };
};

/** The folder of the trading system's own state, which the model holds as objects. */
const RUN = 'outputs/run/';

function contentOf({ host: { files, run } }: Call, name: string): Buffer | undefined {
  if (!name.startsWith(RUN)) return files.has(name) ? files.bytes(name) : undefined;
  const stored = run.get(name.slice(RUN.length));
  return stored && Buffer.from(`${pythonJson(stored)}\n`);
}

export const keptReport = (call: Call): object =>
  words(call, 'SSM_Keeps').length === 0 ? {} : { ...placeOf(call), lost: false };
