import type { AttributeType, WorkflowClass } from '@baton/sdk'
import { defineWorkflow, storeAttributes, type StoredAttribute } from '@baton/sdk/host'
import { z } from 'zod'
import type { Database } from '../log/database.ts'
import type { Names } from '../log/names.ts'
import { newestRegistered } from '../log/newest-registered.ts'
import { executeAnywhere } from '../log/transaction.ts'
import { UnknownWorkflow } from './client-errors.ts'
import { parseInput } from '../payload/parse-input.ts'

/** What a start needs to know of its workflow. */
export interface Target {
  readonly name: string
  readonly version: string
  readonly queue: string
  /** The input as the workflow gets it. */
  readonly parse: (input: unknown) => unknown
  /** Search attributes as they are stored; throws InvalidAttributes. */
  readonly attributes: (values: Readonly<Record<string, unknown>>) => Readonly<Record<string, StoredAttribute>>
}

const DeclaredJson: z.ZodType<Readonly<Record<string, AttributeType>>> = z.record(z.string(), z.enum(['keyword', 'keywords', 'number', 'boolean', 'datetime']))

/** A class says all by itself. */
export function targetOf(workflow: WorkflowClass): Target {
  const { name, version, queue, input, attributes } = defineWorkflow(workflow)
  return {
    name,
    version,
    queue,
    parse: (value) => parseInput(name, input, value),
    attributes: (values) => storeAttributes(name, attributes, values),
  }
}

/** A name stands for the newest version of it. */
export async function resolveWorkflow(database: Database, names: Names, workflow: string): Promise<Target> {
  const row = (await newestRegistered(executeAnywhere(database.pool), names, [workflow])).get(workflow)
  if (!row) {
    const known = await database.db.selectFrom('workflows').select('name').distinct().orderBy('name').limit(20).execute()
    throw new UnknownWorkflow(workflow, known.map(({ name }) => name))
  }
  const schema = row.input_schema === null ? undefined : z.fromJSONSchema(JSON.parse(row.input_schema))
  const declared = row.attributes === null ? {} : DeclaredJson.parse(JSON.parse(row.attributes))
  return {
    name: row.name,
    version: row.version,
    queue: row.queue,
    parse: (value) => parseInput(row.name, schema, value),
    attributes: (values) => storeAttributes(row.name, declared, values),
  }
}
