// What a start is refused for before anything is written; the same rules wherever executions are started.
import { isDeepStrictEqual } from 'node:util'
import { decode, type Encoded } from '../payload/codec.ts'
import { ExecutionIdReused, InvalidExecutionId } from './client-errors.ts'
import { hasControl } from './message-rules.ts'

/** @throws InvalidExecutionId unless it is 1 to 200 characters of well-formed text without control characters. */
export function checkId(id: string): void {
  if (typeof id !== 'string') throw new InvalidExecutionId(String(id))
  if (id.length < 1 || id.length > 200 || hasControl(id) || !id.isWellFormed()) throw new InvalidExecutionId(id)
}

/** A start, as far as another under the same id must be the same. */
export interface Started {
  readonly workflow: string
  readonly input: Encoded
}

/** @throws ExecutionIdReused if the execution that exists is of another workflow or input. */
export function assertSameStart(id: string, existing: Started, wanted: Started): void {
  if (existing.workflow !== wanted.workflow) throw new ExecutionIdReused(id, `workflow '${existing.workflow}'`)
  if (!isDeepStrictEqual(decode(existing.input), decode(wanted.input))) throw new ExecutionIdReused(id, 'another input')
}
