/** The author and the approver of what was deployed, as the pipeline names them. */
export type DeployedBy = { readonly author?: string; readonly approver?: string };

/** Returns these people behind a version: " (by ana, approved by bo)"; an empty text if nobody is named. */
export function peopleText({ author, approver }: DeployedBy): string {
  const people = [author && `by ${author}`, approver && `approved by ${approver}`].filter(Boolean);
  return people.length === 0 ? '' : ` (${people.join(', ')})`;
}
