/** The name that git's log has of our own checkouts (infra/host-scripts/shared/git.py). */
export const ourselves = 'rollback';
