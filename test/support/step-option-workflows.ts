// Workflows whose steps use their options: heartbeats, timeouts, priorities.
import { setTimeout as wait } from 'node:timers/promises'
import { Run, Step, stepContext, Workflow } from '@baton/sdk'
import { mark } from './marks.ts'

/** Copies pages, says after each how far it is, and an attempt goes on where the last one was. */
@Workflow({ name: 'copying' })
export class Copying {
  @Step({ retry: { maxAttempts: 3, delay: 5 }, heartbeatTimeout: '20s' })
  async copy({ pages, ms, failAt }: Copy): Promise<{ from: number; attempt: number }> {
    mark()
    const { attempt, signal } = stepContext()
    const from = stepContext().heartbeatDetails<{ done: number }>()?.done ?? 0
    for (let page = from; page < pages; page++) {
      if (page === failAt && attempt === 1) throw new Error(`page ${page} is torn`)
      await wait(ms, undefined, { signal })
      stepContext().heartbeat({ done: page + 1 })
    }
    return { from, attempt }
  }

  /** Alive for 150 ms, then silent. */
  @Step({ retry: { maxAttempts: 2, delay: 5 }, heartbeatTimeout: 400 })
  async falter(): Promise<{ silentAfter: number; attempt: number }> {
    const { attempt, signal } = stepContext()
    const before = stepContext().heartbeatDetails<number>()
    if (before !== undefined) return { silentAfter: before, attempt }
    for (let i = 1; i <= 15; i++) {
      await wait(10, undefined, { signal })
      stepContext().heartbeat(i)
    }
    await wait(30_000, undefined, { signal })
    throw new Error('nobody noticed')
  }

  @Run() async run(how: Copy | 'falter'): Promise<unknown> {
    return how === 'falter' ? this.falter() : this.copy(how)
  }
}

export interface Copy {
  readonly pages: number
  readonly ms: number
  readonly failAt?: number
}

/** Steps that take longer than they may. */
@Workflow({ name: 'impatient' })
export class Impatient {
  @Step({ totalTimeout: 300 }) async total(): Promise<void> {
    mark()
    await wait(30_000, undefined, { signal: stepContext().signal }).catch(mark)
  }

  @Step({ totalTimeout: '1m', retry: { maxAttempts: 5, delay: '2m', maxDelay: '2m' } }) async late(): Promise<void> {
    throw new Error('not now')
  }

  @Step({ queue: 'nobody', scheduleToStartTimeout: 200 }) async nobody(): Promise<void> {
    mark()
  }

  @Step({ queue: 'nobody' }) async somebody(): Promise<string> {
    mark()
    return 'served'
  }

  @Step() async busy(): Promise<string> {
    mark()
    await wait(1_000)
    return 'done'
  }

  @Step({ scheduleToStartTimeout: 200 }) async quick(): Promise<string> {
    return 'done'
  }

  @Step({ queue: 'nobody', totalTimeout: '1s' }) async away(): Promise<void> {}

  @Run() async run(which: 'total' | 'late' | 'nobody' | 'somebody' | 'busy' | 'quick' | 'away'): Promise<unknown> {
    return this[which]()
  }
}

/** Many steps that wait at once, of three priorities, behind one that holds the slot. */
@Workflow({ name: 'ranked' })
export class Ranked {
  @Step() async first(): Promise<void> {
    mark()
    await wait(300)
  }

  @Step({ priority: 5 }) async high(_i: number): Promise<void> {
    mark()
  }

  @Step() async middle(_i: number): Promise<void> {
    mark()
  }

  @Step({ priority: -5 }) async low(_i: number): Promise<void> {
    mark()
  }

  @Run() async run(n: number): Promise<void> {
    const first = this.first()
    await Promise.all([first, ...Array.from({ length: n }, (_, i) => [this.low(i), this.middle(i), this.high(i)]).flat()])
  }
}
