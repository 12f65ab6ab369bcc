import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../domain/counted.ts';
import type { Gathered } from '../../domain/evidence/gathered.ts';
import { type Pack, packFiles } from '../../domain/evidence/pack-files.ts';
import { recordOf } from '../../domain/history/record.ts';
import { type AccountOptions, type Connected, connect } from '../account/clients.ts';
import { gatherEvidence } from '../account/gather-evidence.ts';
import { checkPlace, writePack } from '../account/pack-folder.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';

type Options = AccountOptions & {
  readonly out?: string;
  readonly zip?: boolean;
  readonly open?: boolean;
  readonly json?: boolean;
};

const verifyScript = join(import.meta.dirname, '../../domain/evidence/verify.py');

export async function evidence(id: string, options: Options): Promise<number> {
  const { out: named, zip = false, open = false, json = false, ...account } = options;
  const connection = await connect(account);
  const out = named ?? `evidence-${id.replaceAll(/[^A-Za-z0-9._-]/g, '_')}${zip ? '.zip' : ''}`;
  checkPlace(out, zip);
  return withAccount(connection, async () => {
    const gathered = await gatherEvidence(connection, id);
    const refused = refusal(connection, id, gathered, open);
    if (refused !== undefined || !gathered) {
      printFailure(refused ?? '');
      return 1;
    }
    const pack = packFiles(gathered, readFileSync(verifyScript, 'utf8'));
    writePack(out, pack.files, zip);
    report(out, pack, gathered, json);
    return gathered.history.whole && denied(pack).length === 0 ? 0 : 1;
  });
}

/** Returns why no pack is written; undefined if one is. */
function refusal({ name }: Connected, id: string, gathered: Gathered | undefined, open: boolean): string | undefined {
  if (!gathered) return `Environment ${name} has no rollback ${id}. Nothing was written.`;
  if (open || recordOf(gathered.events).ending !== null) return undefined;
  return `Rollback ${id} has not ended, so its evidence is not complete. Nothing was written. Wait for its end, or add --open: the pack then says that it is not closed.`;
}

const denied = ({ parts }: Pack) => parts.filter(({ state }) => state === 'denied');

function report(out: string, { files, manifest, parts }: Pack, { history }: Gathered, json: boolean): void {
  const missing = parts
    .filter(({ state }) => state !== 'complete')
    .map(({ part, state, why }) => ({ part, state, why }));
  const { rollback, chain, pack_hash, content_hash } = manifest;
  if (json) {
    const result = { out, rollback, files: files.length, pack_hash, content_hash, chain, history, missing };
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  print(
    [
      `Wrote ${out}: ${counted(files.length, 'file')} about rollback ${rollback}.`,
      `  history    ${history.says}`,
      ...missing.map(({ part, state, why }) => `  ${state.padEnd(9)}  ${part}: ${why}`),
      `  head       ${chain.head} (event ${chain.count})`,
      `  pack hash  ${pack_hash}`,
      'Keep the pack hash: it shows later that nobody rewrote the pack. Check the pack, offline:',
      out.endsWith('.zip')
        ? `  unzip it, then: python3 verify.py --expect ${pack_hash}`
        : `  python3 ${join(out, 'verify.py')} --expect ${pack_hash}`,
    ].join('\n'),
  );
}
