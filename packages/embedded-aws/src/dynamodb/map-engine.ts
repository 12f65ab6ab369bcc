import { type Engine, engineOn, type Place } from './dynalite.ts';
import { itemStore } from './item-store.ts';
import { rememberedChecks } from './remembered-checks.ts';

/** Makes an empty DynamoDB in maps: dynalite's checks and actions, on a store that writes no JSON. */
export const mapEngine = (place: Place): Engine => engineOn(itemStore(), place, rememberedChecks);
