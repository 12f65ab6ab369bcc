import { bytesRepr, Exit, pythonJson, sha256 } from '../data/python.ts';
import { exportOnce, wouldExport } from './exports.ts';
import { findFiles, moveFiles, wouldMove } from './moved-files.ts';
import { dumpOf } from './redis-dump.ts';
import { type Call, type HostScript, placeOf, planning, quarantineOf, required } from './script-call.ts';

/** infra/host-scripts/clear-cache.py */
export const clearCache: HostScript = (call) => {
  const cache = required(call, 'SSM_CacheFolder');
  const prefix = call.parameters['SSM_KeyPrefix'];
  if (planning(call)) {
    const keys = prefix ? wouldExport(keysWith(call, prefix).map(({ line }) => line)) : null;
    return { would_take: { files: wouldMove(call, cache), keys } };
  }
  findFiles(call, cache);
  const keys = prefix ? moveKeys(call, prefix) : null;
  return { files: moveFiles(call, cache), keys, ...placeOf(call), lost: false };
};

type Key = { readonly key: string; readonly value: string; readonly line: string };

function moveKeys(call: Call, prefix: string): object {
  const { redis } = call.host;
  const found = keysWith(call, prefix);
  const exported = exportOnce(call, quarantineOf(call), {
    name: 'keys.jsonl',
    lines: found.map(({ line }) => line),
    items: found,
  });
  // A key that was written since its export is new and stays.
  for (const { key, value } of exported.items as Key[]) if (redis.get(key)?.[0] === value) redis.delete(key);
  const removed = (exported.items as Key[]).filter(({ key }) => !redis.has(key)).length;
  const left = exported.count - removed;
  return { exported: exported.count, removed, sha256: exported.sha256, ...(left ? { left } : {}) };
}

function keysWith({ host: { redis } }: Call, prefix: string): Key[] {
  const keys = [...redis.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  return keys.map((key) => {
    const [value, milliseconds] = redis.get(key) ?? ['', 0];
    if (/[^ -~]/.test(value)) throw new Exit(`The model of hosts has no Redis key with such a value: ${key}`);
    const dump = dumpOf(value);
    const content = sha256(`(b'string', ${bytesRepr(dump)})`);
    const line = `${pythonJson({ content, dump: dump.toString('base64'), key, pttl: milliseconds || -1 })}\n`;
    return { key, value, line };
  });
}
