// What W3 and W8 share: many short executions, offered at once.
import { nowMs, within } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import type { Mark } from '../marks.ts'
import { assertBodies, assertResult, type LedgerCheck } from '../verify.ts'
import { newTag } from './workload.ts'

export const STEPS = 5

export interface Load {
  readonly begin: number
  readonly tags: readonly string[]
  /** Ms from the offer to each result. */
  readonly latencies: readonly number[]
  /** Compares all that ran with what should have; the marks by execution. */
  check(marks: readonly Mark[]): Promise<ReadonlyMap<string, readonly Mark[]>>
}

export async function offer({ client }: Deployment, ledger: LedgerCheck, executions: number, name: string): Promise<Load> {
  const tags = Array.from({ length: executions }, () => newTag(name))
  const begin = nowMs()
  const latencies = await within(300_000, name, Promise.all(tags.map(async (tag) => {
    assertResult(tag, await client.execute('chain', { tag, steps: STEPS }), STEPS)
    return nowMs() - begin
  })))
  return {
    begin,
    tags,
    latencies,
    async check(marks) {
      const bodies = assertBodies(marks, tags, STEPS)
      await ledger.assertAdded({ executions, steps: executions * STEPS })
      return bodies
    },
  }
}
