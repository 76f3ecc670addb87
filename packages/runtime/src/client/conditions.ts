// A filter, checked, as the conditions it means. What they are in SQL is said in condition-sql.ts, which of them an index
// answers in list-path.ts.
import type { WorkflowClass } from '@baton/sdk'
import { defineWorkflow, storeAs, type StoredAttribute } from '@baton/sdk/host'
import { executionStatuses, type ExecutionStatus } from '../log/tables.ts'
import { InvalidQuery } from './client-errors.ts'
import type { ExecutionFilter } from './execution-filter.ts'

/** Bounds of values of one type, stored as the database keeps them. */
interface Range {
  readonly of: 'number' | 'datetime'
  readonly gt?: StoredAttribute
  readonly gte?: StoredAttribute
  readonly lt?: StoredAttribute
  readonly lte?: StoredAttribute
}

/** What an attribute must be. */
export type AttributeTest =
  | { readonly kind: 'equals'; readonly value: Exclude<StoredAttribute, readonly string[]> }
  | { readonly kind: 'contains'; readonly word: string }
  | { readonly kind: 'startsWith'; readonly prefix: string }
  | { readonly kind: 'range'; readonly range: Range }

/** One condition of a filter. */
export type Condition =
  | { readonly on: 'workflow'; readonly name: string }
  | { readonly on: 'status'; readonly statuses: readonly ExecutionStatus[] }
  | { readonly on: 'created_at' | 'ended_at'; readonly from: Date | undefined; readonly before: Date | undefined }
  | { readonly on: 'id'; readonly prefix: string }
  | { readonly on: 'attribute'; readonly key: string; readonly test: AttributeTest }

const STATUSES: ReadonlySet<unknown> = new Set(executionStatuses)
const BOUNDS = ['gt', 'gte', 'lt', 'lte'] as const

/** @throws InvalidQuery. */
export function conditionsOf(filter: ExecutionFilter): readonly Condition[] {
  const { workflow, status, createdAfter, createdBefore, endedAfter, endedBefore, idPrefix, attributes = {} } = filter
  const conditions: Condition[] = []
  if (workflow !== undefined) conditions.push({ on: 'workflow', name: typeof workflow === 'string' ? workflow : defineWorkflow(workflow).name })
  if (status !== undefined) conditions.push({ on: 'status', statuses: statusesOf(typeof status === 'string' ? [status] : status) })
  conditions.push(...timesOf('created_at', createdAfter, createdBefore), ...timesOf('ended_at', endedAfter, endedBefore))
  if (idPrefix !== undefined) conditions.push({ on: 'id', prefix: textOf('idPrefix', idPrefix) })
  for (const [key, test] of Object.entries(attributes)) {
    if (test === undefined) continue
    if (typeof workflow === 'function') assertDeclared(workflow, key)
    conditions.push({ on: 'attribute', key: textOf('the name of an attribute', key), test: testOf(key, test) })
  }
  return conditions
}

function statusesOf(statuses: readonly ExecutionStatus[]): readonly ExecutionStatus[] {
  for (const status of statuses) if (!STATUSES.has(status)) throw new InvalidQuery(`'${String(status)}' is no status of an execution; give ${executionStatuses.join(', ')}.`)
  return [...new Set(statuses)]
}

function timesOf(on: 'created_at' | 'ended_at', from: Date | undefined, before: Date | undefined): readonly Condition[] {
  if (from === undefined && before === undefined) return []
  for (const time of [from, before]) {
    if (time !== undefined && !(time instanceof Date && !Number.isNaN(time.getTime()))) throw new InvalidQuery(`A bound of ${on === 'created_at' ? 'createdAt' : 'endedAt'} is no valid Date: ${String(time)}.`)
  }
  return [{ on, from, before }]
}

function testOf(key: string, filter: unknown): AttributeTest {
  if (typeof filter === 'object' && filter !== null && !(filter instanceof Date)) {
    const names = Object.keys(filter)
    if (names.length === 1 && 'contains' in filter) return { kind: 'contains', word: textOf(key, filter.contains) }
    if (names.length === 1 && 'startsWith' in filter) return { kind: 'startsWith', prefix: textOf(key, filter.startsWith) }
    return { kind: 'range', range: rangeOf(key, filter as Readonly<Record<string, unknown>>) }
  }
  const type = typeOf(filter)
  if (type === undefined) throw new InvalidQuery(`The filter of attribute '${key}' is ${String(filter)}; give a text, number, boolean or Date, or { gt, gte, lt, lte }, { startsWith } or { contains }.`)
  return { kind: 'equals', value: stored(key, type, filter) }
}

function rangeOf(key: string, filter: Readonly<Record<string, unknown>>): Range {
  const bounds = Object.entries(filter).filter(([, value]) => value !== undefined)
  const types = new Set(bounds.map(([, value]) => typeOf(value)))
  const [type] = types
  if (types.size !== 1 || (type !== 'number' && type !== 'datetime') || bounds.some(([name]) => !BOUNDS.some((bound) => bound === name))) {
    throw new InvalidQuery(`The range of attribute '${key}' makes no sense: give gt, gte, lt or lte, all numbers or all Dates.`)
  }
  return { of: type, ...Object.fromEntries(bounds.map(([name, value]) => [name, stored(key, type, value)])) }
}

function stored(key: string, type: Parameters<typeof storeAs>[0], value: unknown): Exclude<StoredAttribute, readonly string[]> {
  const result = storeAs(type, value)
  if ('problem' in result) throw new InvalidQuery(`The filter of attribute '${key}' ${result.problem}.`)
  return result.stored as Exclude<StoredAttribute, readonly string[]>
}

function typeOf(value: unknown): 'keyword' | 'number' | 'boolean' | 'datetime' | undefined {
  if (value instanceof Date) return 'datetime'
  if (typeof value === 'string') return 'keyword'
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number' | 'boolean') : undefined
}

function textOf(what: string, text: unknown): string {
  if (typeof text !== 'string' || !text.isWellFormed() || text.includes('\0')) throw new InvalidQuery(`${what}: give well-formed text, not ${String(text)}.`)
  return text
}

function assertDeclared(workflow: WorkflowClass, key: string): void {
  const { name, attributes } = defineWorkflow(workflow)
  if (!Object.hasOwn(attributes, key)) throw new InvalidQuery(`Workflow '${name}' declares no attribute '${key}'; it has ${Object.keys(attributes).join(', ') || 'none'}.`)
}
