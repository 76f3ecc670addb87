export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './embedded-postgres-error.ts'
export { resolveDatabaseUrl, type ResolvedDatabase, type ResolveDatabaseOptions } from './resolve-database-url.ts'
export { startPostgres, type EmbeddedPostgres, type StartPostgresOptions } from './start-postgres.ts'
