import { type Checked, type Engine, engineOn, type Place } from './dynalite.ts';
import { itemStore } from './item-store.ts';

/** Makes an empty DynamoDB in maps: dynalite's checks and actions, on a store that writes no JSON. */
export const mapEngine = (place: Place): Engine => engineOn(itemStore(), place, rememberedReads());

/** The most reads whose checks are remembered. */
const MOST = 2000;

/** Remembers the checks of reads: a function that polls repeats them, and no action changes a read that was checked. */
function rememberedReads(): Checked {
  const known = new Map<string, unknown>();
  return (action, request, check) => {
    if (action !== 'GetItem' && action !== 'Query') return check();
    const read = `${action} ${JSON.stringify(request)}`;
    const found = known.get(read) ?? check();
    if (known.size >= MOST) known.clear();
    known.set(read, found);
    return found;
  };
}
