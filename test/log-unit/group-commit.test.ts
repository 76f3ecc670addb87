import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GroupCommit } from '../../packages/runtime/src/log/group-commit.ts'

/** A flush that ends when the test says so. */
interface Flush {
  readonly items: readonly string[]
  commit(): void
  fail(error: Error): void
}

function group(max = 100): { commits: GroupCommit<string, string>; flushes: Flush[] } {
  const flushes: Flush[] = []
  const commits = new GroupCommit<string, string>({
    max,
    flush: (items) =>
      new Promise((resolve, reject) => {
        flushes.push({ items, commit: () => resolve(items.map((item) => item.toUpperCase())), fail: reject })
      }),
  })
  return { commits, flushes }
}

/** Microtasks only: nothing here may wait for a timer. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

function unexpected(error: unknown): never {
  throw new Error('A flush failed that should not.', { cause: error })
}

describe('group commit', () => {
  it('flushes at once when nothing is under way, without a timer', async () => {
    const { commits, flushes } = group()
    void commits.submit('a')
    await microtasks()
    expect(flushes.map(({ items }) => items)).toEqual([['a']])
  })

  it('lets those of the same tick share a flush', async () => {
    const { commits, flushes } = group()
    for (const item of ['a', 'b', 'c']) void commits.submit(item)
    await microtasks()
    expect(flushes.map(({ items }) => items)).toEqual([['a', 'b', 'c']])
  })

  it('lets all who come during a flush share the next, and no two flushes overlap', async () => {
    const { commits, flushes } = group()
    void commits.submit('a')
    await microtasks()
    void commits.submit('b')
    await microtasks()
    void commits.submit('c')
    await microtasks()
    expect(flushes).toHaveLength(1)
    flushes[0]?.commit()
    await microtasks()
    expect(flushes.map(({ items }) => items)).toEqual([['a'], ['b', 'c']])
  })

  it('sends what waits before it tells those of the last flush, and takes along what they add', async () => {
    const { commits, flushes } = group()
    const again = commits.submit('a').then(() => commits.submit('a again'))
    await microtasks()
    void commits.submit('b')
    flushes[0]?.commit()
    await microtasks()
    expect(flushes[1]?.items).toEqual(['b'])
    flushes[1]?.commit()
    await microtasks()
    expect(flushes[2]?.items).toEqual(['a again'])
    flushes[2]?.commit()
    expect(await again).toBe('A AGAIN')
  })

  it('begins the next flush while those of the last one are being told, or right after', async () => {
    const { commits, flushes } = group()
    const told: string[] = []
    const add = (item: string, then = (): void => {}): void => commits.add(item, () => {
      told.push(`${item} with ${flushes.length} begun`)
      then()
    }, unexpected)
    add('a', () => add('c'))
    await microtasks()
    add('b')
    flushes[0]?.commit()
    await microtasks()
    expect(told).toEqual(['a with 2 begun'])
    expect(flushes[1]?.items).toEqual(['b'])
    flushes[1]?.commit()
    await microtasks()
    expect(flushes[2]?.items).toEqual(['c'])
    flushes[2]?.commit()
    await commits.idle()
    expect(told).toEqual(['a with 2 begun', 'b with 3 begun', 'c with 3 begun'])
  })

  it('tells the others though one that is told throws', async () => {
    const { commits, flushes } = group()
    const thrown = new Promise((resolve) => process.once('uncaughtException', resolve))
    const error = new Error('a listener of mine')
    commits.add('a', () => { throw error }, unexpected)
    const other = commits.submit('b')
    await microtasks()
    flushes[0]?.commit()
    expect(await other).toBe('B')
    expect(await thrown).toBe(error)
    await commits.idle()
  })

  it('takes no more than the most, and the rest at once after', async () => {
    const { commits, flushes } = group(2)
    for (const item of ['a', 'b', 'c']) void commits.submit(item)
    await microtasks()
    flushes[0]?.commit()
    await microtasks()
    expect(flushes.map(({ items }) => items)).toEqual([['a', 'b'], ['c']])
  })

  it('gives each its own result', async () => {
    const { commits, flushes } = group()
    const results = Promise.all(['a', 'b', 'c'].map((item) => commits.submit(item)))
    await microtasks()
    flushes[0]?.commit()
    expect(await results).toEqual(['A', 'B', 'C'])
  })

  it('resolves nothing before its flush has ended', async () => {
    const { commits, flushes } = group()
    let told = false
    void commits.submit('a').then(() => {
      told = true
    })
    await microtasks()
    expect(told).toBe(false)
    flushes[0]?.commit()
    await microtasks()
    expect(told).toBe(true)
  })

  it('rejects the items of a flush that failed, and no others', async () => {
    const { commits, flushes } = group()
    const first = Promise.allSettled([commits.submit('a'), commits.submit('b')])
    await microtasks()
    const second = commits.submit('c')
    const error = new Error('connection lost')
    flushes[0]?.fail(error)
    expect(await first).toEqual([{ status: 'rejected', reason: error }, { status: 'rejected', reason: error }])
    await microtasks()
    flushes[1]?.commit()
    expect(await second).toBe('C')
  })

  it('is idle when nothing waits and nothing is under way', async () => {
    const { commits, flushes } = group()
    await commits.idle()
    void commits.submit('a')
    let idle = false
    void commits.idle().then(() => {
      idle = true
    })
    await microtasks()
    void commits.submit('b')
    flushes[0]?.commit()
    await microtasks()
    expect(idle).toBe(false)
    flushes[1]?.commit()
    await microtasks()
    expect(idle).toBe(true)
  })

  it('loses, doubles and reorders nothing, whenever items come and flushes end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.constant('submit' as const), fc.constant('end' as const), fc.constant('fail' as const)), { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), async (moves, max) => {
        const { commits, flushes } = group(max)
        const outcomes: Promise<string>[] = []
        let ended = 0
        for (const move of moves) {
          if (move === 'submit') outcomes.push(commits.submit(`i${outcomes.length}`).catch(() => 'failed'))
          else {
            const flush = flushes[ended]
            if (flush) ended++
            if (move === 'end') flush?.commit()
            else flush?.fail(new Error('no'))
          }
          await microtasks()
          expect(flushes.length - ended).toBeLessThanOrEqual(1)
        }
        for (; ended < flushes.length; ended++) {
          flushes[ended]?.commit()
          await microtasks()
        }
        expect(flushes.flatMap(({ items }) => items)).toEqual(outcomes.map((_, i) => `i${i}`))
        for (const [i, outcome] of (await Promise.all(outcomes)).entries()) expect(['failed', `I${i}`]).toContain(outcome)
      }),
      { numRuns: 300 },
    )
  })
})
