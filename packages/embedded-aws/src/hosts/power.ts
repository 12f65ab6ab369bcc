import type { Alarm, Clock } from '../clock/clock.ts';
import type { Ec2 } from '../ec2/ec2.ts';
import type { Faults } from '../ssm/faults.ts';
import { type Host, isHybrid } from '../ssm/host.ts';
import type { HostProcesses } from './host-processes.ts';

/** Stops, boots and ends hosts, as their owner does in EC2 or by the power switch. */
export type Power = {
  stop(host: Host): void;
  boot(host: Host): void;
  /** Switches a running host off and on again. Its agent runs the scripts again that it has not reported. */
  reboot(host: Host, seconds: number): void;
  terminate(host: Host): void;
  /** Removes a hybrid node from Systems Manager. The host itself goes on. */
  deregister(host: Host): void;
  close(): void;
};

type Powered = {
  readonly clock: Clock;
  readonly ec2: Pick<Ec2, 'setState' | 'stateOf' | 'forget'>;
  readonly systemsManager: Pick<Faults, 'setReachable' | 'switchOff' | 'loseScripts' | 'forget' | 'register'>;
  /** Undefined if the image has no program that runs on the hosts. */
  readonly processes: Pick<HostProcesses, 'terminate' | 'boot'> | undefined;
};

/** Modelled milliseconds; AWS publishes none. From stopping to stopped, and from pending until the agent is online. */
const STOPPING = 30_000;
const BOOTING = 45_000;
const SHUTTING_DOWN = 30_000;
/** EC2 lists a terminated instance for "usually less than one hour" (API reference, DescribeInstances). */
const LISTED_AFTER_ITS_END = 3_000_000;

export function hostPower({ clock, ec2, systemsManager, processes }: Powered): Power {
  const { later, close } = timers(clock);
  /** The hosts that a reboot has switched off. */
  const off = new Set<string>();
  return {
    stop: (host) => {
      checkState(ec2, host, 'running', 'stopped');
      off.delete(host.instanceId);
      ec2.setState(host, 'stopping');
      systemsManager.setReachable(host.instanceId, false);
      systemsManager.loseScripts(host.instanceId);
      processes?.terminate(host);
      later(STOPPING, () => {
        ec2.setState(host, 'stopped');
        systemsManager.forget(host.instanceId);
      });
    },
    boot: (host) => {
      checkState(ec2, host, 'stopped', 'booted');
      ec2.setState(host, 'pending');
      later(BOOTING, () => {
        ec2.setState(host, 'running');
        processes?.boot(host);
        systemsManager.register(host.instanceId);
      });
    },
    reboot: (host, seconds) => {
      if (!isHybrid(host.instanceId)) checkState(ec2, host, 'running', 'rebooted');
      systemsManager.switchOff(host.instanceId);
      processes?.terminate(host);
      off.add(host.instanceId);
      later(seconds * 1000, () => {
        if (!off.delete(host.instanceId)) return; // stopped or terminated meanwhile
        processes?.boot(host);
        systemsManager.setReachable(host.instanceId, true);
      });
    },
    terminate: (host) => {
      off.delete(host.instanceId);
      systemsManager.forget(host.instanceId);
      processes?.terminate(host);
      if (isHybrid(host.instanceId)) return;
      ec2.setState(host, 'shutting-down');
      later(SHUTTING_DOWN, () => ec2.setState(host, 'terminated'));
      later(LISTED_AFTER_ITS_END, () => ec2.forget(host));
    },
    deregister: (host) => {
      if (!isHybrid(host.instanceId))
        throw new Error(`${host.name} is an instance of EC2; only a hybrid node can be deregistered.`);
      systemsManager.forget(host.instanceId);
    },
    close,
  };
}

function timers(clock: Clock) {
  const alarms = new Set<Alarm>();
  return {
    later: (milliseconds: number, then: () => void): void => {
      const alarm = clock.at(clock.now() + milliseconds, () => {
        alarms.delete(alarm);
        then();
      });
      alarms.add(alarm);
    },
    close: (): void => {
      for (const alarm of alarms) alarm.cancel();
    },
  };
}

function checkState(ec2: Powered['ec2'], host: Host, needed: 'running' | 'stopped', done: string): void {
  const state = ec2.stateOf(host);
  if (state === needed) return;
  const found = state === undefined ? 'no instance of EC2' : state;
  throw new Error(`${host.name} is ${found}; only an instance that is ${needed} can be ${done}.`);
}
