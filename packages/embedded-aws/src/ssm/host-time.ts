/** The variable that holds the host's time when a script starts, in seconds since 1970. The toolbox's `date` reads it. */
export const HOST_TIME = 'EMBEDDED_AWS_HOST_TIME';
