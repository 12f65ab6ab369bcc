import { evaluate } from '../iam/evaluate.ts';
import type { Policy, Statement } from '../iam/policy.ts';
import type { Need } from '../wire/service.ts';

/** Whether a resource's own policies let a service of AWS do something to it; `need.keys` say for what the service acts. */
export function serviceMay(policies: readonly Policy[], servicePrincipal: string, need: Need): boolean {
  const about = policies.map(({ name, statements }) => ({
    name,
    statements: statements.filter((statement) => names(statement, servicePrincipal)),
  }));
  // Services of AWS speak TLS to each other.
  return evaluate(about, { ...need, keys: { 'aws:SecureTransport': 'true', ...need.keys } }).decision === 'allowed';
}

/** `{"AWS": "*"}` is everybody, services too. */
const names = ({ Principal }: Statement, servicePrincipal: string): boolean =>
  (Principal?.['Service']?.includes(servicePrincipal) || Principal?.['AWS']?.includes('*')) ?? false;
