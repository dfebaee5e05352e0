/** The major versions of PostgreSQL that tests start beside the system's own. */
export const postgresVersions: readonly number[]
