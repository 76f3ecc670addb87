import type { Baton, ExecutionStatus } from '@baton/runtime'
import type { WorkflowClass } from '@baton/sdk'
import { defineWorkflow } from '@baton/sdk/host'
import { type ExportedHistory, exportHistory } from './exported-history.ts'
import { pathOf } from './path-of.ts'

/** Options of `exportHistories`. */
export interface ExportOptions {
  /** Default: all workflows. */
  readonly workflow?: WorkflowClass | string
  /** Default: any, those that still run too. */
  readonly status?: ExecutionStatus
  /**
   * One history for each distinct path, the youngest: a path is the sequence of event types, commands and names of signals and
   * updates of a workflow and version, whatever the number of iterations of a `forEach`. Default `true`.
   */
  readonly onePerPath?: boolean
  /** The most histories that come back; default 100. */
  readonly limit?: number
  /** The most executions that are read, youngest first; default 1,000. */
  readonly scan?: number
}

/** The part of a client that is needed. */
type Client = Pick<Baton, 'list' | 'handle'>

/**
 * Histories of a deployment as JSON, to be replayed in CI against the code to come.
 *
 * @throws InvalidQuery; DefinitionError `NotAWorkflow`.
 * @example
 * for (const history of await exportHistories(baton, { workflow: OrderWorkflow })) {
 *   writeFileSync(`histories/${history.id}.json`, JSON.stringify(history, null, 1))
 * }
 */
export async function exportHistories(baton: Client, options: ExportOptions = {}): Promise<readonly ExportedHistory[]> {
  const { onePerPath = true, limit = 100 } = options
  const seen = new Set<string>()
  const histories: ExportedHistory[] = []
  for await (const id of executionsOf(baton, options)) {
    if (histories.length >= limit) break
    const history = await exportHistory(baton.handle(id))
    const path = pathOf(history)
    if (onePerPath && seen.has(path)) continue
    seen.add(path)
    histories.push(history)
  }
  return histories
}

const PAGE = 100

async function* executionsOf(baton: Client, { workflow, status, scan = 1_000 }: ExportOptions): AsyncGenerator<string> {
  const name = typeof workflow === 'function' ? defineWorkflow(workflow).name : workflow
  const filter = { ...(name === undefined ? {} : { workflow: name }), ...(status === undefined ? {} : { status }) }
  let left = scan
  let cursor: string | undefined
  while (left > 0) {
    const page = await baton.list({ ...filter, limit: Math.min(PAGE, left), ...(cursor === undefined ? {} : { cursor }) })
    for (const { id } of page.executions) yield id
    left -= page.executions.length
    cursor = page.next
    if (cursor === undefined) return
  }
}
