import type { Need } from '../wire/service.ts';
import { evaluate } from './evaluate.ts';
import type { Policy, Statement } from './policy.ts';

/**
 * Returns whether a resource's own policies allow an AWS service to do something to it.
 *
 * `need.keys` name the resource on whose behalf the service acts, e.g. `aws:SourceArn`.
 */
export function serviceMay(policies: readonly Policy[], servicePrincipal: string, need: Need): boolean {
  const about = policies.map(({ name, statements }) => ({
    name,
    statements: statements.filter((statement) => names(statement, servicePrincipal)),
  }));
  // AWS services use TLS among themselves.
  return evaluate(about, { ...need, keys: { 'aws:SecureTransport': 'true', ...need.keys } }).decision === 'allowed';
}

/** `{"AWS": "*"}` includes AWS services. */
const names = ({ Principal }: Statement, servicePrincipal: string): boolean =>
  (Principal?.['Service']?.includes(servicePrincipal) || Principal?.['AWS']?.includes('*')) ?? false;
