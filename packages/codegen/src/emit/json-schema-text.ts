import { manifestJsonSchema } from '@baton/sdk/manifest'
import { SCHEMA_ID } from './manifest-text.ts'

/** The published JSON Schema of the manifest: the SDK's zod schema under the id that manifests name. */
export function jsonSchemaText(): string {
  const { $schema, ...schema } = manifestJsonSchema()
  return `${JSON.stringify({ $schema, $id: SCHEMA_ID, title: 'Baton manifest, version 1', ...schema }, null, 2)}\n`
}
