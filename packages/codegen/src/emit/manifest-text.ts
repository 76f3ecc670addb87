import type { Manifest } from '@baton/sdk/manifest'

/** Names the manifest's schema; an id, never fetched. The file is published as `@baton/codegen/manifest.schema.json`. */
export const SCHEMA_ID = 'https://baton.dev/schema/manifest-1.json'

/** The manifest as a file; keys keep the order of the schema, so equal manifests are equal bytes. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}
