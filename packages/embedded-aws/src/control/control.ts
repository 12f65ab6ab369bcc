import * as z from 'zod';
import { type Clock, until } from '../clock/clock.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import type { Rule } from '../events/rule.ts';
import { isNamed } from '../faults/is-named.ts';
import { executionEndings } from '../faults/stop-faults.ts';
import type { Computers } from '../hosts/computers.ts';
import type { HostProcesses } from '../hosts/host-processes.ts';
import type { Power } from '../hosts/power.ts';
import type { Services } from '../services.ts';
import type { Host } from '../ssm/host.ts';
import { propertiesAs } from '../template/properties.ts';
import type { Control } from '../wire/route.ts';
import { addMonitor, configureFunctions, functionsRequest, monitorRequest } from './configure.ts';
import { addFault, faultRequest, unmet } from './faults.ts';
import type { watchers } from './watch.ts';

export type Controlled = {
  readonly clock: Clock;
  readonly hosts: readonly Host[];
  readonly services: Pick<
    Services,
    | 'flags'
    | 'alarms'
    | 'functions'
    | 'stopFaults'
    | 'monitors'
    | 'agents'
    | 'faults'
    | 'functionFaults'
    | 'bus'
    | 'messages'
    | 'receivers'
    | 'systemsManager'
    | 'instances'
    | 'hasEnded'
    | 'executions'
    | 'endExecution'
    | 'prepare'
  >;
  /** Undefined if the image has no program that runs on the hosts. */
  readonly processes: HostProcesses | undefined;
  readonly power: Power;
  readonly computers: Pick<Computers, 'faults' | 'statusOf'>;
  readonly watch: ReturnType<typeof watchers>;
  /** Returns the description of the account for `GET /_account`. */
  readonly about: () => Readonly<Record<string, unknown>>;
};

const executionRequest = z.strictObject({ execution: z.string(), becomes: z.enum(executionEndings) });
const clockRequest = z.strictObject({ until: z.iso.datetime(), execution: z.string().optional() });
const hostRequest = z.union([
  z.strictObject({ reachable: z.boolean() }),
  /** `deregistered`: a hybrid node leaves Systems Manager, and its host goes on. */
  z.strictObject({ becomes: z.enum(['stopped', 'booted', 'terminated', 'deregistered']) }),
  /** Replaces all tags of the host; `original`: by those that it had when the account opened. */
  z.strictObject({ tags: z.union([z.record(z.string(), z.string()), z.literal('original')]) }),
  /** A host fault. `for`: its seconds; absent: until it ends by itself or the account closes. */
  z.strictObject({ does: z.string(), with: z.string().optional(), for: z.number().positive().optional() }),
  /** The seconds for which a reboot switches the host off. */
  z.strictObject({ reboots: z.number().positive() }),
  /** The AppConfig agent no longer polls, for so many seconds or to the end. */
  z.strictObject({ flags: z.literal('stale'), for: z.number().positive().optional() }),
  /** The seconds that the host's clock is ahead; negative: behind. */
  z.strictObject({ clock: z.number() }),
]);
const processFault = z.strictObject({
  phase: z.int(),
  trigger: z.string(),
  degradation: z.number().positive().optional(),
  /** Absent: every host. */
  host: z.string().optional(),
});
const tradingRequest = z.union([
  z.strictObject({ fault: processFault }),
  z.strictObject({ heal: z.strictObject({ phase: z.int() }) }),
  z.strictObject({
    silence: z.strictObject({
      phase: z.int(),
      metrics: z.array(z.string()).optional(),
      /** Seconds. */
      for: z.number().positive().optional(),
    }),
  }),
]);
const source = z.string();
const count = z.union([z.int().positive(), z.literal('all')]);
const eventsRequest = z.union([
  z.strictObject({ source, lose: count }),
  /** The number of times that the next event arrives. */
  z.strictObject({ source, duplicate: z.int().min(2) }),
  /** Seconds. */
  z.strictObject({ source, delay: z.number().positive() }),
  /** A rule, by its name or the end of its name after a hyphen. */
  z.strictObject({ rule: z.string().min(1), enabled: z.boolean() }),
]);

/** Handles the requests for which AWS has no API: clock, hosts, faults, reports. An unknown request is an error. */
export function control(account: Controlled): Control {
  const hostNamed = (name: string): Host => {
    const host = account.hosts.find((one) => one.name === name);
    if (!host)
      throw new Error(`There is no host ${name}; there are ${account.hosts.map((one) => one.name).join(', ')}.`);
    return host;
  };
  return async (method, path, body, response) => {
    const [, , kind = '', name = '', part = ''] = path.split('/');
    const request = `${method} ${[kind, name && ':name', part].filter(Boolean).join('/')}`;
    switch (request) {
      case 'GET ':
        return { ...account.about(), now: new Date(account.clock.now()).toISOString() };
      case 'GET watch':
        return account.watch.add(response);
      case 'POST clock':
        return letTimePass(account, propertiesAs(clockRequest, JSON.parse(body)));
      case 'GET executions':
        return account.services.executions();
      case 'POST executions':
        return endExecution(account, propertiesAs(executionRequest, JSON.parse(body)));
      case 'GET messages':
        return messages(account);
      case 'GET received':
        return received(account);
      case 'POST trading':
        return changeTrading(account, propertiesAs(tradingRequest, JSON.parse(body)));
      case 'POST events':
        return changeEvents(account, propertiesAs(eventsRequest, JSON.parse(body)));
      case 'POST monitors':
        return addMonitor(account.services, propertiesAs(monitorRequest, JSON.parse(body)));
      case 'POST functions':
        return configureFunctions(account.services, propertiesAs(functionsRequest, JSON.parse(body)));
      case 'POST hosts/:name':
        return changeHost(account, hostNamed(name), propertiesAs(hostRequest, JSON.parse(body)));
      case 'GET hosts/:name/status':
        account.services.prepare(hostNamed(name));
        return account.computers.statusOf(hostNamed(name));
      case 'GET faults':
        return { unmet: unmet(account) };
      case 'POST faults':
        return addFault(account, propertiesAs(faultRequest, JSON.parse(body)), hostNamed);
      default:
        throw new Error(`The account has no ${method} ${path}.`);
    }
  };
}

/** Lets an execution reach its time limit, or deletes it with its machine, which is deployed anew at once. */
const endExecution = ({ services }: Controlled, { execution, becomes }: z.infer<typeof executionRequest>): void =>
  services.endExecution(execution, becomes);

const powerActions = { stopped: 'stop', booted: 'boot', terminated: 'terminate', deregistered: 'deregister' } as const;

/** Changes whether Systems Manager reaches a host, its computer, tags, agent or clock, or begins a host fault of its image. */
async function changeHost(
  { services, computers, power, processes }: Controlled,
  host: Host,
  change: z.infer<typeof hostRequest>,
): Promise<void> {
  const { faults } = services.systemsManager;
  if ('reachable' in change) faults.setReachable(host.instanceId, change.reachable);
  else if ('becomes' in change) power[powerActions[change.becomes]](host);
  else if ('tags' in change) {
    const tags = change.tags === 'original' ? host.tags : change.tags;
    faults.setTags(host.instanceId, tags);
    services.instances.setTags(host, tags);
  } else if ('reboots' in change) {
    await computers.faults.endOn(host);
    power.reboot(host, change.reboots);
  } else if ('clock' in change) {
    running(processes).setClock(host, change.clock);
    faults.setClock(host.instanceId, change.clock);
  } else if ('flags' in change) {
    services.prepare(host);
    services.agents.add(host.name, services.flags.agentFiles(host.name), change.for);
  } else await computers.faults.begin(host, { name: change.does, with: change.with }, change.for);
}

/** Lets time pass until an instant, or until an execution has ended. Waits under the real clock. */
async function letTimePass(
  { clock, services }: Controlled,
  { until: instant, execution }: z.infer<typeof clockRequest>,
) {
  const end = Date.parse(instant);
  const over = () => execution !== undefined && services.hasEnded(execution);
  if (clock instanceof VirtualClock) await clock.run(end, over);
  else while (!over() && clock.now() < end) await until(clock, Math.min(end, clock.now() + 50));
  return { now: new Date(clock.now()).toISOString() };
}

/** Changes what the hosts' programs report. They receive a fault with their next tick; a metric outage is hidden from them. */
function changeTrading({ processes }: Controlled, request: z.infer<typeof tradingRequest>): void {
  const programs = running(processes);
  if ('fault' in request) programs.addFault(request.fault);
  else if ('heal' in request) programs.heal(request.heal.phase);
  else programs.silence(request.silence);
}

function running(processes: HostProcesses | undefined): HostProcesses {
  if (processes) return processes;
  throw new Error('No program runs on the hosts: add `process` to the image.json of their image.');
}

function changeEvents({ services: { bus } }: Controlled, request: z.infer<typeof eventsRequest>): void {
  if ('rule' in request) bus.faults.setEnabled(ruleNamed(bus, request.rule), request.enabled);
  else if ('lose' in request) bus.faults.lose({ source: request.source, count: request.lose });
  else if ('duplicate' in request) bus.faults.duplicate({ source: request.source, times: request.duplicate });
  else bus.faults.delay({ source: request.source, milliseconds: request.delay * 1000 });
}

function ruleNamed({ state: { rules } }: Services['bus'], name: string): Rule {
  const all = [...rules.values()];
  const rule = all.find((one) => isNamed(one.name, name));
  if (!rule) throw new Error(`There is no rule ${name}; there are ${all.map((one) => one.name).join(', ')}.`);
  return rule;
}

/** Returns everything that was posted to receivers, oldest first. */
const received = ({ services }: Controlled) =>
  services.receivers.received().map(({ at, ...one }) => ({ at: new Date(at).toISOString(), ...one }));

/** Returns everything that was published to topics, oldest first. */
const messages = ({ services }: Controlled) =>
  services.messages.messages().map(({ at, topicArn, subject, message, attributes }) => ({
    at: new Date(at).toISOString(),
    topic: topicArn,
    subject,
    message,
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue])),
  }));
