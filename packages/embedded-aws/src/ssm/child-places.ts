/** Enters when a place is free, in the order asked; the returned function frees the place. */
export type ChildPlaces = { enter(): Promise<() => void> };

/** A limit on children that run at once: 300 hosts may be asked in the same second, two cores serve few at a time. */
export function childPlaces(limit: number): ChildPlaces {
  let free = limit;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    enter: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
  };
}
