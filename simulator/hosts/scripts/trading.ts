import { Exit } from '../data/python.ts';
import { trading } from '../system/controls.ts';
import {
  type Call,
  customerScript,
  type HostScript,
  planning,
  required,
  shownObject,
  words,
  wouldRun,
} from './script-call.ts';

const figures = ['open_orders', 'unacknowledged_orders', 'position_breaks', 'sequence_gaps'] as const;
type Orders = Readonly<Record<string, number | string>>;

/** infra/host-scripts/halt.py. No two scripts of a host overlap here, so there is no lock. */
export const halt: HostScript = (call) => {
  const given = words(call, 'SSM_Arguments');
  if (planning(call)) return { would_run: [wouldRun(call, ...given)] };
  const id = required(call, 'SSM_RollbackId');
  call.host.kept.halted = { halt: id, confirmed: false };
  const { code, found, lastLine } = customerScript(call, ...given);
  if (code !== 0) throw new Exit(`${required(call, 'SSM_Script')} exited with ${code}: ${lastLine}`);
  call.host.kept.halted = { halt: id, confirmed: true };
  return { script: required(call, 'SSM_Script'), printed: shownObject(found) };
};

/** infra/host-scripts/resume.py */
export const resume: HostScript = (call) => {
  const { kept } = call.host;
  if (planning(call)) {
    const { orders, problem } = orderState(call);
    return { ...(kept.halted ?? { halt: null }), orders, ...(problem ? { why: problem.slice(0, 200) } : {}) };
  }
  if (!kept.halted) return { resumed: false, trading: 'was not halted here' };
  const { halt: id, confirmed } = kept.halted;
  if (!words(call, 'SSM_Halts').includes(id))
    throw new Exit(`Trading was halted again here, by ${id}; it stays halted. Look at the orders again, then resume`);
  if (!confirmed)
    throw new Exit(`The halt ${id} has not confirmed on this host; it stays halted. Halt again, then resume`);
  const orders = refuseOrders(call, 'ask again: rollback resume');
  runOwed(call);
  const { code, lastLine } = customerScript(call, ...words(call, 'SSM_Arguments'));
  if (code !== 0) throw new Exit(`${required(call, 'SSM_Script')} exited with ${code}: ${lastLine}`);
  kept.halted = undefined;
  return { resumed: true, halt: id, orders };
};

/** infra/host-scripts/resume-operations.py */
export const resumeOperations: HostScript = (call) => {
  const { host } = call;
  const state = host.run.has('trading.json') ? trading(host) : 'unknown';
  const other = host.kept.halted?.halt;
  const held = other === undefined || other === required(call, 'SSM_RollbackId') ? {} : { held_by: other };
  if (planning(call))
    return { services: { trading: { is: state, to: 'running' } }, would_run: [wouldRun(call, '--validate')], ...held };
  if ('held_by' in held) {
    host.kept.owedScript = required(call, 'SSM_Script');
    return { trading: state, ...held };
  }
  const report =
    words(call, 'SSM_Orders').length > 0
      ? { orders: refuseOrders(call, 'answer the question of the rollback: rollback decide retry') }
      : {};
  const { code, lastLine } = customerScript(call, '--validate');
  if (code !== 0) throw new Exit(`${required(call, 'SSM_Script')} exited with ${code}: ${lastLine}`);
  host.kept.owedScript = undefined;
  host.kept.halted = undefined;
  return { trading: trading(host), ...report };
};

/** Runs the script of the step that a rollback passed over because of the halt. */
function runOwed(call: Call): void {
  const { kept } = call.host;
  const script = kept.owedScript;
  if (script === undefined) return;
  const parameters = { ...call.parameters, SSM_Script: script };
  const { code, lastLine } = customerScript({ ...call, parameters }, '--validate');
  if (code !== 0)
    throw new Exit(
      `Trading stays halted: a rollback left ${script} to this resume, and it exited with ${code}: ${lastLine}. Mend that, then ask again`,
    );
  kept.owedScript = undefined;
}

/** infra/host-scripts/shared/orders.py */
function orderState(call: Call): { readonly orders: Orders; readonly problem: string } {
  const all = (value: string): Orders => Object.fromEntries(figures.map((name) => [name, value]));
  const [script, ...given] = words(call, 'SSM_Orders');
  if (!script) return { orders: all('unknown'), problem: 'the environment names no script that reports orders' };
  const parameters = { ...call.parameters, SSM_Script: script };
  const { code, found, lastLine } = customerScript({ ...call, parameters }, ...given);
  if (code !== 0 || !found) return { orders: all('unknown'), problem: `${script} exited with ${code}: ${lastLine}` };
  return { orders: Object.fromEntries(figures.map((name) => [name, figure(found[name])])), problem: '' };
}

function figure(value: unknown): number | string {
  if (value === null) return 'INCONCLUSIVE';
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 1e9 ? Number(value) : 'unknown';
}

function refuseOrders(call: Call, then: string): Orders {
  const { orders, problem } = orderState(call);
  const allowed = Object.fromEntries(words(call, 'SSM_Allowed').map((word) => word.split('=')));
  const wrong = figures
    .map((name) => ({ name, is: orders[name], most: Number(allowed[name] ?? 0) }))
    .filter(({ is, most }) => typeof is !== 'number' || is > most)
    .map(({ name, is, most }) => `${name} is ${is}, allowed ${most}`);
  if (wrong.length > 0)
    throw new Exit(
      `Trading stays halted: ${wrong.join('; ')}${problem ? ` (${problem})` : ''}. Look at the orders with the broker, then ${then}`,
    );
  return orders;
}
