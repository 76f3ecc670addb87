// Regenerates schema/baton.manifest.schema.json: node --conditions=@baton/source scripts/write-json-schema.ts
import { fileURLToPath } from 'node:url'
import { jsonSchemaText } from '../src/emit/json-schema-text.ts'
import { writeManifest } from '../src/emit/write-manifest.ts'

const path = fileURLToPath(new URL('../schema/baton.manifest.schema.json', import.meta.url))
console.log(writeManifest(path, jsonSchemaText()) ? `${path} written` : `${path} is current`)
