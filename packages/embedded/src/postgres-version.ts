export interface PostgresVersion {
  /** As Postgres prints it, such as `18.4`. */
  readonly full: string
  /** Clusters are readable by servers of the same major version only. */
  readonly major: string
}

/** Reads the output of `postgres --version`. */
export function parseVersion(output: string): PostgresVersion | undefined {
  const full = /^postgres \(PostgreSQL\) (\S+)/m.exec(output)?.[1]
  const major = full === undefined ? undefined : /^\d+/.exec(full)?.[0]
  return full === undefined || major === undefined ? undefined : { full, major }
}
