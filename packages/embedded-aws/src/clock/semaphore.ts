/** Waits for a permit. The returned function releases it; calling it twice is harmless. */
export type Acquire = () => Promise<() => void>;

/** Returns a semaphore with a number of permits. Waiting callers get them in the order of their calls. */
export function semaphore(permits: number): Acquire {
  const waiting: (() => void)[] = [];
  let free = permits;
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };
}
