/** How a step goes over the fleet: a few hosts first, then so many at a time, and no further once too many have failed. */
export type Waves = {
  /** Hosts that go first; any failure among them ends the attempt. */
  readonly canary: number;
  /** Hosts in each wave after that. */
  readonly size: number;
  /** Failed hosts with which the next wave still goes. */
  readonly stop_after: number;
};

/** The hosts in the order of their waves. Without waves all go at once. */
export function wavesOf<Host>(hosts: readonly Host[], waves: Waves | undefined): Host[][] {
  if (!waves) return hosts.length > 0 ? [[...hosts]] : [];
  const rest = hosts.slice(waves.canary);
  const later = Array.from({ length: Math.ceil(rest.length / waves.size) }, (_, i) =>
    rest.slice(i * waves.size, (i + 1) * waves.size),
  );
  return [hosts.slice(0, waves.canary), ...later].filter((wave) => wave.length > 0);
}

/** Whether the next wave goes, after so many waves with so many failed hosts. */
export const sendsNextWave = (waves: Waves | undefined, sent: number, failed: number): boolean =>
  failed <= (waves && sent > 1 ? waves.stop_after : 0);
