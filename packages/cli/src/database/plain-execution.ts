import type { ExecutionDescription, ExecutionSummary, HistoryRecord } from '@baton/runtime'
import { plainJson, type PlainOptions } from '../output/plain-json.ts'

/** An execution as `--json` prints it: every member there, null where there is nothing. */
export function plainExecution(execution: ExecutionSummary): Readonly<Record<string, unknown>> {
  return {
    id: execution.id,
    workflow: execution.workflow,
    version: execution.version,
    queue: execution.queue,
    status: execution.status,
    worker: execution.worker ?? null,
    createdAt: execution.createdAt.toISOString(),
    startedAt: execution.startedAt?.toISOString() ?? null,
    endedAt: execution.endedAt?.toISOString() ?? null,
    wakesAt: execution.wakesAt?.toISOString() ?? null,
    blocked: execution.blocked ?? null,
    attributes: plainJson(execution.attributes),
  }
}

/** The same with what only `baton show` says. */
export function plainDescription(execution: ExecutionDescription): Readonly<Record<string, unknown>> {
  return {
    ...plainExecution(execution),
    parent: execution.parent ?? null,
    runs: execution.runs,
    waitsFor: execution.waitsFor?.map(({ kind, command, dueAt, attempt, execution: child }) => ({
      kind,
      command: command ?? null,
      dueAt: dueAt?.toISOString() ?? null,
      attempt: attempt ?? null,
      execution: child ?? null,
    })) ?? null,
    memo: plainJson(execution.memo),
  }
}

export function plainRecord({ seq, at, type, command, data }: HistoryRecord, options: PlainOptions): Readonly<Record<string, unknown>> {
  return { seq, at: at.toISOString(), type, command: command ?? null, data: plainJson(data, options) }
}
