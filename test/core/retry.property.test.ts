import { ApplicationError, PlatformError, StepTimedOut } from '@baton/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { categoryOf, countFailure, delayAfter, type FailureCategory, NO_FAILURES } from '../../packages/runtime/src/core/retry.ts'
import { type Failure, toFailure } from '../../packages/runtime/src/payload/failure.ts'
import { retry } from './scenario.ts'

const FAILURES: Readonly<Record<FailureCategory, Failure>> = {
  application: toFailure(new Error('boom')),
  platform: toFailure(new PlatformError('no node')),
  timeout: toFailure(new StepTimedOut('work', 5)),
}
const CATEGORIES = ['application', 'platform', 'timeout'] as const
const category = fc.constantFrom(...CATEGORIES)
const budget = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  delay: fc.nat(10_000),
  backoff: fc.oneof(fc.constantFrom('fixed' as const, 'exponential' as const), fc.integer({ min: 1, max: 100 })),
  maxDelay: fc.nat(100_000),
})
const policy = fc
  .record({ own: budget, platform: budget, timeout: budget, jitter: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ own, ...rest }) => retry({ ...own, ...rest }))

/** The failures up to the final one, in the order given, and the delays between them. */
function run(definition: ReturnType<typeof retry>, failures: Iterable<FailureCategory>, seed: string): { attempts: number; delays: number[] } {
  let counts = NO_FAILURES
  const delays: number[] = []
  for (const kind of failures) {
    counts = countFailure(counts, FAILURES[kind])
    const delay = delayAfter(definition, counts, FAILURES[kind], `${seed}/${delays.length + 1}`)
    if (delay === undefined) return { attempts: delays.length + 1, delays }
    delays.push(delay)
  }
  return { attempts: delays.length, delays }
}

describe('the law of retries', () => {
  it('an attempt is final when its budget, and no other, is used up', () => {
    fc.assert(fc.property(policy, fc.array(category, { minLength: 1, maxLength: 20 }), (definition, failures) => {
      const max = { application: definition.maxAttempts, platform: definition.platform.maxAttempts, timeout: definition.timeout.maxAttempts }
      const left = { ...max }
      const last = failures.findIndex((kind) => --left[kind] === 0)
      expect(run(definition, failures, 'x').attempts).toBe(last < 0 ? failures.length : last + 1)
    }))
  })

  it('all attempts together are the sum of the budgets, where each shares the first', () => {
    fc.assert(fc.property(policy, (definition) => {
      const spare = (kind: FailureCategory): number => (kind === 'application' ? definition : definition[kind]).maxAttempts - 1
      const worst = CATEGORIES.flatMap((kind) => Array.from({ length: spare(kind) }, () => kind))
      expect(run(definition, [...worst, 'application'], 'x').attempts).toBe(worst.length + 1)
    }))
  })

  it('a delay is at most what its budget says, and at least the part that is not left to chance', () => {
    fc.assert(fc.property(policy, category, fc.integer({ min: 1, max: 5 }), fc.string(), (definition, kind, count, seed) => {
      const of = kind === 'application' ? definition : definition[kind]
      const delay = delayAfter(definition, { ...NO_FAILURES, [kind]: count }, FAILURES[kind], seed)
      const full = Math.min(of.delayMs * of.backoff ** (count - 1), of.maxDelayMs)
      const least = Math.floor(full * (1 - definition.jitter))
      const fits = delay === undefined ? count >= of.maxAttempts : delay <= full && delay >= least
      expect({ fits, delay, full, least }).toMatchObject({ fits: true })
    }))
  })

  it('the same failures in the same order give the same delays', () => {
    fc.assert(fc.property(policy, fc.array(category), fc.string(), (definition, failures, seed) => {
      expect(run(definition, failures, seed)).toEqual(run(definition, failures, seed))
    }))
  })

  it('jitter spreads the attempts of many executions evenly', () => {
    const definition = retry({ delay: 1_000, jitter: 1 })
    const delays = Array.from({ length: 10_000 }, (_, i) => delayAfter(definition, { ...NO_FAILURES, application: 1 }, FAILURES.application, `order-${i}/charge/1`) ?? -1)
    const tenths = Array.from({ length: 10 }, (_, tenth) => delays.filter((delay) => delay > tenth * 100 && delay <= tenth * 100 + 100).length)
    expect(Math.min(...tenths)).toBeGreaterThan(850)
    expect(Math.max(...tenths)).toBeLessThan(1_150)
  })
})

describe('a failure is charged to', () => {
  class DiskFull extends PlatformError {}
  it.each<[string, unknown, FailureCategory]>([
    ['an ordinary error', new Error('x'), 'application'],
    ['an ApplicationError', new ApplicationError('x', { retryable: true }), 'application'],
    ['a PlatformError', new PlatformError('x'), 'platform'],
    ["an author's subclass of PlatformError", new DiskFull('x'), 'platform'],
    ['an attempt over its time', new StepTimedOut('work', 5), 'timeout'],
    ['an attempt without heartbeat', new StepTimedOut('work', 5, 'heartbeat'), 'timeout'],
    ["a foreign error with one of Baton's codes", Object.assign(new Error('x'), { code: 'AttemptAborted' }), 'application'],
    ['something thrown that is no error', 'text', 'application'],
  ])('%s', (_, error, expected) => {
    expect(categoryOf(toFailure(error))).toBe(expected)
  })
})

describe('what the error itself says', () => {
  const once = { ...NO_FAILURES, application: 1, platform: 1, timeout: 1 }
  const delayOf = (error: unknown, marks: Partial<Failure> = {}): number | undefined => delayAfter(retry({ delay: 100, maxDelay: 200 }), once, { ...toFailure(error), ...marks }, '')

  it('a delay of its own counts, past the cap and without jitter', () => {
    expect(delayOf(new ApplicationError('Busy', { retryAfter: '30s' }))).toBe(30_000)
    expect(delayOf(new PlatformError('Full', { retryAfter: 0 }))).toBe(0)
    expect(delayAfter(retry({ jitter: 1 }), once, toFailure(new PlatformError('Full', { retryAfter: 500 })), 'seed')).toBe(500)
  })

  it('a delay of its own does not add attempts', () => {
    expect(delayAfter(retry({ maxAttempts: 1 }), once, toFailure(new ApplicationError('Busy', { retryAfter: '30s' })), '')).toBeUndefined()
    expect(delayOf(new ApplicationError('Busy', { retryable: false, retryAfter: '30s' }))).toBeUndefined()
  })

  it('a time that is over for the whole step is final', () => {
    expect(delayOf(new StepTimedOut('work', 5, 'attempt'))).toBe(100)
    expect(delayOf(new StepTimedOut('work', 5, 'heartbeat'))).toBe(100)
    expect(delayOf(new StepTimedOut('work', 5, 'total'))).toBeUndefined()
    expect(delayOf(new StepTimedOut('work', 5, 'scheduleToStart'))).toBeUndefined()
  })

  it('a class that the worker found listed is final, and so is any kind that is listed by name', () => {
    expect(delayOf(new Error('x'), { final: true })).toBeUndefined()
    expect(delayAfter(retry({ nonRetryable: [PlatformError] }), once, toFailure(new PlatformError('x')), '')).toBeUndefined()
  })
})
