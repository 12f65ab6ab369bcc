/** Waits for a place among `places`; the returned function gives it back (calling it twice is harmless). */
export type Turn = () => Promise<() => void>;

export function semaphore(places: number): Turn {
  const waiting: (() => void)[] = [];
  let free = places;
  const giveBack = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let held = true;
    return () => {
      if (held) giveBack();
      held = false;
    };
  };
}
