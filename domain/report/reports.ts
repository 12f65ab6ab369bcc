import { escaped } from '../evidence/html.ts';
import type { ReportKind } from '../follow-up/schedule.ts';
import { inert, markdown, type Report } from './document.ts';
import type { ReportFacts } from './facts.ts';
import * as sections from './sections.ts';

/** Returns a report on a rollback that has ended (procedure, "Interim Report" and "Comprehensive Post-Mortem"). */
export function reportOf(kind: ReportKind, facts: ReportFacts): Report {
  const { record, at } = facts;
  return {
    title: `${kind === 'interim' ? 'Interim report' : 'Post-mortem'}: rollback ${record.rollback_id}`,
    status: `DRAFT of ${at}. Nobody has accepted it. Facts are from the record; what it does not have begins with NOT KNOWN.`,
    sections: kind === 'interim' ? interim(facts) : postMortem(facts),
  };
}

const interim = (facts: ReportFacts): Report['sections'] => [
  sections.executiveSummary(facts),
  sections.technicalDetails(facts),
  sections.businessImpact(facts),
  sections.recommendations(facts, 'Preliminary recommendations'),
  sections.tasksSection(facts, 'What is being done'),
];

const postMortem = (facts: ReportFacts): Report['sections'] => [
  sections.executiveSummary(facts),
  sections.rootCause(facts),
  sections.technicalDetails(facts),
  sections.businessImpact(facts),
  sections.recommendations(facts, 'Process improvements and prevention measures'),
  sections.tasksSection(facts, 'Corrective actions'),
  sections.timeline(facts),
];

/** Returns a stored draft as it is to be read now: once a person has accepted it, its status names that person. */
export function withAcceptance(
  text: string,
  accepted: { readonly operator: string; readonly at: string } | null,
  html: boolean,
): string {
  if (accepted === null) return text;
  const status = `ACCEPTED by ${accepted.operator} at ${accepted.at}.`;
  return html
    ? text.replace(/<p class="warning">[^<]*<\/p>/, () => `<p class="warning">${escaped(inert(status))}</p>`)
    : text.replace(/^\*\*DRAFT of .*\*\*$/m, () => `**${markdown(status)}**`);
}
