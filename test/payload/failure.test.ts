import { ApplicationError, BatonError, PlatformError, StepFailed, StepTimedOut } from '@baton/sdk'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidOutput } from '../../packages/runtime/src/core/program.ts'
import { Failure, fromFailure, toFailure } from '../../packages/runtime/src/payload/failure.ts'

/** Through the log: recorded, written as JSON, checked, and made an error again. */
function roundTrip<E extends Error = Error>(error: unknown): E {
  return fromFailure(Failure.parse(JSON.parse(JSON.stringify(toFailure(error))))) as E
}

class NotApproved extends ApplicationError {
  static override readonly kind = 'NotApproved'
}

describe('an error in the log', () => {
  it('keeps name, message and stack', () => {
    const error = new RangeError('too far')
    const back = roundTrip(error)
    expect({ name: back.name, message: back.message, stack: back.stack }).toEqual({ name: 'RangeError', message: 'too far', stack: error.stack })
  })

  it("keeps a foreign error's code, and does not make it Baton's", () => {
    const back = roundTrip<Error & { code: string }>(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
    expect(back.code).toBe('ECONNREFUSED')
    expect(back).not.toBeInstanceOf(BatonError)
  })

  it('leaves a numeric code out', () => {
    expect(toFailure(new DOMException('gone', 'AbortError'))).toMatchObject({ name: 'AbortError', message: 'gone' })
    expect(toFailure(new DOMException('gone', 'AbortError')).code).toBeUndefined()
  })

  it('ApplicationError keeps type, retryable, details and cause', () => {
    const back = roundTrip<ApplicationError>(new ApplicationError('no', { type: 'T', retryable: true, details: { n: [1] }, cause: new Error('why') }))
    expect(back).toBeInstanceOf(ApplicationError)
    expect(back).toMatchObject({ message: 'no', code: 'ApplicationError', type: 'T', retryable: true, details: { n: [1] } })
    expect(back.cause).toMatchObject({ message: 'why' })
  })

  it('ApplicationError keeps what can be said of details that JSON cannot carry', () => {
    expect(roundTrip<ApplicationError>(new ApplicationError('no', { details: 5n })).details).toBe('5')
    expect(roundTrip<ApplicationError>(new ApplicationError('no', { details: 'x'.repeat(20_000) })).details).toMatch(/^"x{16383}… \(cut\)$/)
  })

  it("a subclass of Baton's errors is still an instance of itself", () => {
    const back = roundTrip<NotApproved>(new NotApproved('no', { details: 1 }))
    expect(back).toBeInstanceOf(NotApproved)
    expect(back).toBeInstanceOf(ApplicationError)
    expect(back).toMatchObject({ name: 'NotApproved', code: 'ApplicationError', details: 1 })
    const output = roundTrip(new InvalidOutput('order', 'it: wrong'))
    expect(output).toBeInstanceOf(InvalidOutput)
    expect(output).not.toBeInstanceOf(ApplicationError)
  })

  it('StepFailed keeps step, attempts, cause and the sentence that was recorded', () => {
    const error = new StepFailed('charge', 3, new Error('no funds'))
    const back = roundTrip<StepFailed>(error)
    expect(back).toBeInstanceOf(StepFailed)
    expect(back).toMatchObject({ step: 'charge', attempts: 3, message: error.message, code: 'StepFailed' })
    expect(back.cause).toMatchObject({ message: 'no funds' })
    expect(roundTrip(new StepFailed('charge', 1, undefined)).message).toBe(new StepFailed('charge', 1, undefined).message)
  })

  it('StepTimedOut keeps its time', () => {
    const back = roundTrip<StepTimedOut>(new StepTimedOut('charge', 250))
    expect(back).toBeInstanceOf(StepTimedOut)
    expect(back).toMatchObject({ timeoutMs: 250, message: new StepTimedOut('charge', 250).message })
  })

  it('StepTimedOut keeps which time it was, and the last failure', () => {
    const back = roundTrip<StepTimedOut>(new StepTimedOut('charge', 250, 'total', { cause: new Error('busy') }))
    expect(back).toMatchObject({ timeoutKind: 'total', message: new StepTimedOut('charge', 250, 'total').message })
    expect(back.cause).toMatchObject({ message: 'busy' })
  })

  it('PlatformError and ApplicationError keep the delay they ask for', () => {
    const back = roundTrip<PlatformError>(new PlatformError('full', { retryAfter: '1m', cause: new Error('ENOSPC') }))
    expect(back).toBeInstanceOf(PlatformError)
    expect(back).toMatchObject({ message: 'full', retryAfterMs: 60_000 })
    expect(back.cause).toMatchObject({ message: 'ENOSPC' })
    expect(roundTrip<PlatformError>(new PlatformError('full')).retryAfterMs).toBeUndefined()
    expect(roundTrip<ApplicationError>(new ApplicationError('busy', { retryAfter: 10 }))).toMatchObject({ retryAfterMs: 10, retryable: true })
  })

  it('an AggregateError keeps what it gathers', () => {
    const back = roundTrip<AggregateError>(new AggregateError([new ApplicationError('a'), 'b'], 'all failed'))
    expect(back).toBeInstanceOf(AggregateError)
    expect(back.errors.map((error: Error) => error.message)).toEqual(['a', 'b'])
    expect(back.errors[0]).toBeInstanceOf(ApplicationError)
  })

  it('of another realm is an error too', () => {
    expect(toFailure(runInNewContext('new TypeError("elsewhere")'))).toMatchObject({ name: 'TypeError', message: 'elsewhere' })
  })

  it('has its causes cut after eight', () => {
    let error = new Error('0')
    for (let i = 1; i <= 20; i++) error = new Error(String(i), { cause: error })
    const messages: string[] = []
    for (let at: unknown = roundTrip(error); at instanceof Error; at = at.cause) messages.push(at.message)
    expect(messages).toEqual(['20', '19', '18', '17', '16', '15', '14', '13', '12'])
  })

  it('that is its own cause ends', () => {
    const error = new Error('me')
    error.cause = error
    expect(JSON.stringify(toFailure(error)).match(/"message":"me"/g)).toHaveLength(9)
  })

  it('has a huge message and stack cut', () => {
    const failure = toFailure(new Error('x'.repeat(1_000_000)))
    expect(failure.message).toHaveLength(16_384 + '… (cut)'.length)
    expect(failure.stack).toMatch(/… \(cut\)$/)
    expect(JSON.stringify(failure).length).toBeLessThan(40_000)
  })

  it('without a stack shows no stack of the place where the log was read', () => {
    const error = new Error('bare')
    Reflect.deleteProperty(error, 'stack')
    Object.defineProperty(error, 'stack', { value: undefined })
    expect(roundTrip(error).stack).toBe('Error: bare')
  })
})

describe('something thrown that is no error', () => {
  it.each<[string, unknown, string]>([
    ['text', 'boom', 'boom'],
    ['a number', 5, '5'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object with a message', { message: 'said', code: 1 }, 'said'],
    ['an object', { status: 404 }, '{"status":404}'],
    ['an object without a prototype', Object.create(null), '{}'],
  ])('%s is recorded by what it says', (_, thrown, message) => {
    expect(toFailure(thrown)).toEqual({ name: 'Error', message, detail: { thrown: typeof thrown } })
  })

  it('is recorded however odd it is', () => {
    const circular: { self?: unknown } = {}
    circular.self = circular
    const odd = [
      circular,
      { get message() { throw new Error('no') } },
      { toString() { throw new Error('no') }, toJSON() { throw new Error('no') } },
      new Proxy({}, { get() { throw new Error('no') }, has() { throw new Error('no') } }),
      Object.assign(new Error('x'), { message: 42, name: undefined, stack: 7 }),
      Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('no') } }),
      () => 1,
    ]
    for (const thrown of odd) expect(() => Failure.parse(JSON.parse(JSON.stringify(toFailure(thrown))))).not.toThrow()
  })

  it('is always recorded, and recorded the same again', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }), (thrown) => {
        const back = roundTrip(thrown)
        expect(back).toBeInstanceOf(Error)
        expect(toFailure(back).message).toBe(toFailure(thrown).message)
      }),
      { numRuns: 500 },
    )
  })
})
