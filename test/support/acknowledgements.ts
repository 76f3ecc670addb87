// What was acknowledged to whom, up to where the write-ahead log was on the disk at that moment, and whether that was enough.
import { stepContext } from '@baton/sdk'
import type { CommitWitness, Write } from './commit-witness.ts'

/** A moment at which somebody was told that something is durable. */
interface Acknowledgement {
  readonly what: string
  /** Up to where the log was flushed then. */
  readonly flushed: number
  /** Of all that was written: what was acknowledged with it, and what had not been done yet. */
  readonly concerns: (writes: Written) => { readonly before?: readonly Write[]; readonly after?: readonly Write[] }
}

/** Something wrong: what was told too early, or a reading that says nothing. */
export interface Finding {
  readonly what: string
  readonly about: string
  readonly wrong: 'not flushed' | 'flushed before it was done' | 'nothing was written'
}

export class Acknowledgements {
  readonly witness: CommitWitness
  readonly #all: Acknowledgement[] = []

  constructor(witness: CommitWitness) {
    this.witness = witness
  }

  /** Does what somebody asks of Baton; when it resolves, what it `wrote` is to be durable, and before it was not. */
  async of<T>(what: string, act: () => Promise<T>, wrote: (writes: Written) => readonly Write[]): Promise<T> {
    const flushedBefore = await this.witness.flushed()
    const result = await act()
    const flushed = await this.witness.flushed()
    this.#all.push(
      { what: `before ${what}`, flushed: flushedBefore, concerns: (writes) => ({ after: wrote(writes) }) },
      { what, flushed, concerns: (writes) => ({ before: wrote(writes) }) },
    )
    return result
  }

  /** The result of an execution, whose whole log is to be durable with it. */
  async result<T>(handle: { readonly id: string; result(): Promise<T> }): Promise<T> {
    const result = await handle.result()
    const flushed = await this.witness.flushed()
    this.#all.push({ what: 'result', flushed, concerns: (writes) => ({ before: writes.log(handle.id) }) })
    return result
  }

  /**
   * Called first of all in a step's body. That the body begins acknowledges all that brought the workflow here: the events before the one
   * that this attempt will be recorded by. No other input may come to the execution while the body runs.
   */
  async body(): Promise<void> {
    const { executionId, idempotencyKey, attempt } = stepContext()
    const flushed = await this.witness.flushed()
    const command = idempotencyKey.slice(executionId.length + 1)
    this.#all.push({ what: 'body', flushed, concerns: (writes) => writes.around(executionId, command, attempt) })
  }

  /** How often the flushed end of the log is known to have moved: each time somebody has synced it. */
  get moves(): number {
    return new Set(this.#all.map(({ flushed }) => flushed)).size - 1
  }

  /** Holds all of them against what was written. `built` are the types of events, and the tables, that bodies were told of. */
  judge(all: readonly Write[]): { readonly findings: readonly Finding[]; readonly built: ReadonlySet<string> } {
    const writes = new Written(all)
    const built = new Set<string>()
    const findings = this.#all.flatMap(({ what, flushed, concerns }): Finding[] => {
      const { before, after } = concerns(writes)
      if (what === 'body') for (const { table, row } of before ?? []) built.add(String(row['type'] ?? table))
      const wrong = (kind: Finding['wrong'], about: Write): Finding => ({ what, about: nameOf(about), wrong: kind })
      return [
        ...(before?.length === 0 || after?.length === 0 ? [{ what, about: 'nothing', wrong: 'nothing was written' } as const] : []),
        ...(before ?? []).filter(({ committed }) => committed === null || committed > flushed).map((write) => wrong('not flushed', write)),
        ...(after ?? []).filter(({ committed }) => committed === null || committed <= flushed).map((write) => wrong('flushed before it was done', write)),
      ]
    })
    return { findings, built }
  }
}

/** All that was written, to be looked through. */
export class Written {
  readonly all: readonly Write[]
  readonly #logs: ReadonlyMap<string, readonly Write[]>

  constructor(all: readonly Write[]) {
    this.all = all
    const events = all.filter(({ table, op }) => table === 'events' && op === 'INSERT').sort((a, b) => Number(a.row['seq']) - Number(b.row['seq']))
    this.#logs = Map.groupBy(events, ({ row }) => String(row['execution_id']))
  }

  /** The events of an execution in their order. */
  log(execution: string): readonly Write[] {
    return this.#logs.get(execution) ?? []
  }

  /** The row of an execution and its first event. */
  created(id: string): readonly Write[] {
    return [...this.inserted('executions', { id }), ...this.log(id).slice(0, 1)]
  }

  /** The rows of a table that came to be, by what they say. */
  inserted(table: string, like: Readonly<Record<string, unknown>>): readonly Write[] {
    return this.all.filter((write) => write.table === table && write.op === 'INSERT' && Object.entries(like).every(([key, value]) => write.row[key] === value))
  }

  /**
   * The event that records an attempt, and what the attempt builds on: the events before it, what they say was done elsewhere, and the task
   * that it left its worker by. Of an iteration's attempt the events of that iteration, and the execution's first.
   */
  around(execution: string, command: string, attempt: number): { readonly before: readonly Write[]; readonly after: readonly Write[] } {
    const main = this.log(execution)
    for (const [id, log] of this.#logs) {
      if (id !== execution && !id.startsWith(`${execution}\u001F`)) continue
      const own = log.filter(({ row }) => row['command'] === command)[attempt - 1]
      if (!own) continue
      const events = [...(log === main ? [] : main.slice(0, 1)), ...log.slice(0, log.indexOf(own))]
      return { before: [...events, ...events.flatMap((event) => this.#elsewhere(event)), ...this.inserted('tasks', { execution_id: execution, command })], after: [own] }
    }
    return { before: [], after: [] }
  }

  /** What was written to another execution before this event could be. */
  #elsewhere({ row: { execution_id: sender, type, command, meta } }: Write): readonly Write[] {
    if (type === 'ChildStarted') return this.created((meta as { execution: string }).execution)
    if (type !== 'MessageDelivered') return []
    return this.inserted('inbox', { kind: 'signal' }).filter(({ row }) => (row['payload'] as { id: string }).id === `${String(sender)}/${String(command)}`)
  }
}

const nameOf = ({ table, row }: Write): string => `${table} ${String(row['type'] ?? row['kind'] ?? '')} of ${String(row['execution_id'] ?? row['id'])}`
