import type { Baton, ExecutionSummary } from '@baton/runtime'
import { WEATHER_ID } from './workload.ts'

/** How a run stands. */
export interface Snapshot {
  readonly orders: { readonly placed: number; readonly completed: number }
  readonly failed: readonly string[]
  /** The names of the pipeline's steps that are recorded, in order. */
  readonly weather: readonly string[]
  readonly weatherOwner: string | undefined
  /** The executions each worker holds. */
  readonly owned: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether all that was started has completed. */
  readonly done: boolean
}

/** Asks the client; it knows nothing the demo's own bookkeeping says. */
export async function takeSnapshot(baton: Baton): Promise<Snapshot> {
  const { executions } = await baton.list({ limit: 500 })
  const orders = executions.filter(({ workflow }) => workflow === 'order')
  const weather = executions.find(({ id }) => id === WEATHER_ID)
  const history = weather ? await baton.handle(WEATHER_ID).history() : []
  return {
    orders: { placed: orders.length, completed: orders.filter(isCompleted).length },
    failed: executions.filter(({ status }) => status === 'failed' || status === 'blocked').map(({ id, status }) => `${id} ${status}`),
    weather: history.filter(({ type }) => type === 'StepCompleted').map(({ command }) => command ?? ''),
    weatherOwner: weather?.worker,
    owned: byOwner(executions),
    done: executions.every(isCompleted),
  }
}

function isCompleted({ status }: ExecutionSummary): boolean {
  return status === 'completed'
}

function byOwner(executions: readonly ExecutionSummary[]): ReadonlyMap<string, ReadonlySet<string>> {
  const owned = new Map<string, Set<string>>()
  for (const { id, worker } of executions) {
    if (worker === undefined) continue
    const held = owned.get(worker) ?? new Set()
    owned.set(worker, held.add(id))
  }
  return owned
}
