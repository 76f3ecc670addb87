import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Baton, HistoryRecord } from '@baton/runtime'
import { canonicalJson } from './canonical-json.ts'
import { ORDER_IDS, WEATHER_ID } from './workload.ts'

/** What a run came to. */
export interface Outcome {
  readonly histories: ReadonlyMap<string, readonly HistoryRecord[]>
  /** By id, and by name the files of the report, as canonical JSON. */
  readonly results: ReadonlyMap<string, string>
  /** Over `results` in their order. */
  readonly sha256: string
}

/** Reads the results of everything that ran and the files it wrote. @throws ExecutionFailed. */
export async function readOutcome(baton: Baton, reportFolder: string): Promise<Outcome> {
  const ids = [...ORDER_IDS, WEATHER_ID].toSorted()
  const results = new Map<string, string>()
  for (const [at, result] of (await Promise.all(ids.map((id) => baton.handle(id).result()))).entries()) {
    results.set(ids[at] ?? '', canonicalJson(result))
  }
  for (const name of (await readdir(reportFolder)).toSorted()) {
    results.set(`file ${name}`, sha256(await readFile(join(reportFolder, name))))
  }
  const histories = new Map<string, readonly HistoryRecord[]>()
  for (const [at, history] of (await Promise.all(ids.map((id) => baton.handle(id).history()))).entries()) {
    histories.set(ids[at] ?? '', history)
  }
  return { results, histories, sha256: sha256(canonicalJson([...results])) }
}

export function countEvents({ histories }: Outcome, type: string): number {
  let count = 0
  for (const history of histories.values()) count += history.filter((event) => event.type === type).length
  return count
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
