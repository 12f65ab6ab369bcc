export const linkTo = (rollback) => `#/rollback/${encodeURIComponent(rollback)}`;
