/**
 * The shape of `baton.manifest.json`, as zod schemas and types of the same names: what `baton build` writes and a worker checks.
 *
 * @module
 */
export * from './manifest/manifest.ts'
