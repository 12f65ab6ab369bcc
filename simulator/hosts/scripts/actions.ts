import { Exit, pythonJson, sha256 } from '../data/python.ts';
import { ingestion, profileIn } from '../system/controls.ts';
import { executeImmediate } from '../system/customer-scripts.ts';
import { updateProfile as update } from '../system/traffic.ts';
import { effectiveFlags, flagMismatches, wantedFlags } from './flags.ts';
import { keep, keptReport, wouldKeep } from './keeping.ts';
import {
  type Call,
  customerScript,
  type HostScript,
  placeOf,
  planning,
  quarantineOf,
  required,
  shownObject,
  words,
  wouldRun,
} from './script-call.ts';

/** infra/host-scripts/stop-data-ingestion.py */
export const stopDataIngestion: HostScript = (call) => {
  const service = required(call, 'SSM_Service');
  const state = () => (call.host.run.has('ingestion.json') ? ingestion(call.host).databento : null);
  const before = state();
  if (planning(call)) {
    const services = { [service]: { is: before ?? 'unknown', to: 'stopped' } };
    return { services, would_run: [wouldRun(call, '--service', service)] };
  }
  succeed(call, customerScript(call, '--service', service));
  return { service, state: state(), was: before ?? 'unknown' };
};

/** infra/host-scripts/run-customer-script.py */
export const runCustomerScript: HostScript = (call) => {
  const given = words(call, 'SSM_Arguments');
  if (planning(call)) return { would_run: [wouldRun(call, ...given)], ...wouldKeep(call) };
  keep(call);
  const end = customerScript(call, ...given);
  succeed(call, end);
  return { script: required(call, 'SSM_Script'), exit: end.code, printed: shownObject(end.found), ...keptReport(call) };
};

/** infra/host-scripts/call-customer-code.py */
export const callCustomerCode: HostScript = (call) => {
  const [module, made, method] = [
    required(call, 'SSM_Module'),
    required(call, 'SSM_Class'),
    required(call, 'SSM_Method'),
  ];
  const name = `${module}.${made}().${method}()`;
  if (planning(call)) return { would_run: [name] };
  if (!call.host.files.has(`${module.replaceAll('.', '/')}.py`))
    throw new Exit(`${name} exited with 1: ModuleNotFoundError: No module named '${module.split('.')[0]}'`);
  return { called: name, returned: executeImmediate(call.host) };
};

/** infra/host-scripts/disable-components.py */
export const disableComponents: HostScript = (call) => {
  const components = [...wantedFlags(call).keys()];
  if (planning(call)) {
    const calls = components.map((component) => wouldRun(call, '--name', component));
    return { flags: effectiveFlags(call), would_run: calls, ...wouldKeep(call) };
  }
  keep(call);
  for (const component of components) {
    const { code, lastLine } = customerScript(call, '--name', component);
    if (code !== 0)
      throw new Exit(`${required(call, 'SSM_Script')} --name ${component} exited with ${code}: ${lastLine}`);
  }
  const flags = effectiveFlags(call);
  return asWanted(call, flags, { disabled: Object.keys(flags), flags, ...keptReport(call) });
};

/** infra/host-scripts/update-profile.py */
export const updateProfile: HostScript = (call) => {
  const values = Object.fromEntries([...wantedFlags(call)].map(([flag, text]) => [flag, asValue(text)]));
  if (planning(call)) {
    const code = `ConfigManager().update_profile(${required(call, 'SSM_Profile')}, ${pythonJson(values)})`;
    return { flags: effectiveFlags(call), would_run: [code], ...wouldKeep(call) };
  }
  keep(call);
  update(call.host, values);
  const profile = profileIn(call.host) as Readonly<Record<string, unknown>>;
  const kept = Object.fromEntries(Object.keys(values).map((name) => [name, profile[name]]));
  const flags = effectiveFlags(call);
  return asWanted(call, flags, { profile: kept, flags, ...keptReport(call) });
};

/** infra/host-scripts/switch-services.py */
export const switchServices: HostScript = (call) => {
  const [stop, start] = [required(call, 'SSM_Stop'), required(call, 'SSM_Start')];
  const { units } = call.host;
  const states = () => ({ [stop]: units.get(stop) ?? 'inactive', [start]: units.get(start) ?? 'inactive' });
  const was = states();
  if (planning(call))
    return {
      services: { [stop]: { is: was[stop], to: 'inactive' }, [start]: { is: was[start], to: 'active' } },
      would_run: [`systemctl stop ${stop}`, `systemctl start ${start}`],
    };
  if (units.has(stop)) units.set(stop, 'inactive');
  if (units.has(start)) units.set(start, 'active');
  const report = { was, is: states() };
  if (!units.has(start)) throw new Exit(`${start} is inactive, not active: Unit ${start}.service not found.`, report);
  return report;
};

/** infra/host-scripts/reset-configuration.py */
export const resetConfiguration: HostScript = (call) => {
  const [from, to] = [required(call, 'SSM_From'), required(call, 'SSM_To')];
  const { files } = call.host;
  const backup = files.read(from);
  if (backup === undefined)
    throw new Exit(
      `There is no backup ${from} in the tree; nothing was touched. Add it or correct From in the runbook`,
    );
  const differs = files.has(to) && files.read(to) !== backup;
  if (planning(call))
    return { would_take: { files: { count: differs ? 1 : 0, bytes: differs ? files.bytes(to).length : 0 } } };
  const { copies } = quarantineOf(call);
  if (differs) copies.push({ from: to, bytes: files.bytes(to), sha256: files.digest(to) });
  if (files.read(to) !== backup) files.write(to, backup);
  return { file: to, sha256: sha256(backup), ...placeOf(call), lost: false };
};

function succeed(call: Call, { code, lastLine }: { code: number; lastLine: string }): void {
  if (code !== 0) throw new Exit(`${required(call, 'SSM_Script')} exited with ${code}: ${lastLine}`);
}

function asWanted(call: Call, flags: ReturnType<typeof effectiveFlags>, report: Readonly<Record<string, unknown>>) {
  const problems = flagMismatches(call, flags);
  if (problems.length > 0) throw new Exit(problems.join('; '), report);
  return report;
}

const asValue = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);
