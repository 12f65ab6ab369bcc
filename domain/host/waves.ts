/** The waves in which a step is sent to the fleet: the canary, then waves of equal size, until too many hosts have failed. */
export type Waves = {
  /** Number of hosts in the first wave; any failure among them ends the attempt. */
  readonly canary: number;
  /** Number of hosts in each later wave. */
  readonly size: number;
  /** Largest number of failed hosts with which the next wave is still sent. */
  readonly stop_after: number;
};

/** Splits hosts into waves, in their order. Without waves all hosts are in one. */
export function wavesOf<Host>(hosts: readonly Host[], waves: Waves | undefined): Host[][] {
  if (!waves) return hosts.length > 0 ? [[...hosts]] : [];
  const rest = hosts.slice(waves.canary);
  const later = Array.from({ length: Math.ceil(rest.length / waves.size) }, (_, i) =>
    rest.slice(i * waves.size, (i + 1) * waves.size),
  );
  return [hosts.slice(0, waves.canary), ...later].filter((wave) => wave.length > 0);
}

/** Returns whether to send the next wave after `sent` waves with `failed` failed hosts. */
export const sendsNextWave = (waves: Waves | undefined, sent: number, failed: number): boolean =>
  failed <= (waves && sent > 1 ? waves.stop_after : 0);
