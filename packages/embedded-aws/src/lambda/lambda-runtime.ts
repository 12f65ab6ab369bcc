/** The runtime of the account itself. Another runtime on AWS would be another engine than the tested one. */
export const RUNTIME = 'nodejs24.x';
