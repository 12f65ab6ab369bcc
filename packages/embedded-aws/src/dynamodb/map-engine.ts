import { type Engine, engineOn, type Place } from './dynalite.ts';
import { itemStore } from './item-store.ts';
import { mapActions } from './map-actions.ts';
import { rememberedChecks } from './remembered-checks.ts';

/** Makes an empty DynamoDB in maps: dynalite's checks and actions, on a store that writes no JSON. */
export function mapEngine(place: Place): Engine {
  const store = itemStore();
  return engineOn(store, place, { remember: rememberedChecks, actions: mapActions(store) });
}
