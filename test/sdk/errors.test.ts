import { ApplicationError, BatonError, DefinitionError, PlatformError, StepFailed, StepTimedOut, WrongContext } from '@baton/sdk'
import { describe, expect, it } from 'vitest'

/** A second install of the package: the same source as a module of its own. */
const second = {
  ...((await import('../../packages/sdk/src/errors/application-error.ts?second' as string)) as typeof import('../../packages/sdk/src/errors/application-error.ts')),
  ...((await import('../../packages/sdk/src/errors/baton-error.ts?second' as string)) as typeof import('../../packages/sdk/src/errors/baton-error.ts')),
}

class Declined extends ApplicationError {}
class Refused extends ApplicationError {
  static override readonly kind: string = 'Refused'
}

describe("Baton's errors", () => {
  it.each([
    [new ApplicationError('no'), 'ApplicationError', 'ApplicationError'],
    [new PlatformError('disk full'), 'PlatformError', 'PlatformError'],
    [new StepFailed('charge', 1, undefined), 'StepFailed', 'StepFailed'],
    [new StepTimedOut('charge', 5), 'StepTimedOut', 'StepTimedOut'],
    [new WrongContext('here'), 'WrongContext', 'WrongContext'],
    [new DefinitionError('NoSteps', 'none'), 'NoSteps', 'DefinitionError'],
    [new BatonError('Custom', 'own'), 'Custom', 'BatonError'],
  ])('%s has the code %s and the name %s', (error, code, name) => {
    expect({ code: error.code, name: error.name }).toEqual({ code, name })
    expect(error).toBeInstanceOf(BatonError)
    expect(error).toBeInstanceOf(Error)
  })

  it('are told apart by instanceof', () => {
    expect(new StepFailed('a', 1, undefined) instanceof StepTimedOut).toBe(false)
    expect(new BatonError('StepFailed', 'same code') instanceof StepFailed).toBe(false)
    expect(new Error('plain') instanceof BatonError).toBe(false)
  })

  it.each([undefined, null, 'text', 5, {}, Object.create(null)])('no %s is one', (value) => {
    expect((value as unknown) instanceof BatonError).toBe(false)
  })

  it('are instances across duplicate installs, in both directions', () => {
    expect(second.ApplicationError).not.toBe(ApplicationError)
    expect(new second.ApplicationError('no') instanceof ApplicationError).toBe(true)
    expect(new second.ApplicationError('no') instanceof BatonError).toBe(true)
    expect(new ApplicationError('no') instanceof second.ApplicationError).toBe(true)
    expect(new second.ApplicationError('no') instanceof StepFailed).toBe(false)
  })

  it('ask for a delay of their own, and with it for another attempt', () => {
    expect(new ApplicationError('Busy', { retryAfter: '30s' })).toMatchObject({ retryable: true, retryAfterMs: 30_000 })
    expect(new ApplicationError('Busy', { retryable: false, retryAfter: 5 })).toMatchObject({ retryable: false, retryAfterMs: 5 })
    expect(new ApplicationError('Busy')).toMatchObject({ retryable: false, retryAfterMs: undefined })
    expect(new PlatformError('Full', { retryAfter: '1m' }).retryAfterMs).toBe(60_000)
    expect(() => new PlatformError('Full', { retryAfter: 'soon' as '1s' })).toThrow(DefinitionError)
  })

  it('say which time of a step was up', () => {
    const kinds = (['attempt', 'total', 'scheduleToStart', 'heartbeat'] as const).map((kind) => new StepTimedOut('pack', 5, kind))
    expect(kinds.map(({ timeoutKind }) => timeoutKind)).toEqual(['attempt', 'total', 'scheduleToStart', 'heartbeat'])
    expect(new Set(kinds.map(({ message }) => message)).size).toBe(4)
    expect(new StepTimedOut('pack', 5).timeoutKind).toBe('attempt')
  })

  it('keep their cause', () => {
    const cause = new Error('socket closed')
    expect(new ApplicationError('no', { cause }).cause).toBe(cause)
    expect(new StepFailed('charge', 2, cause).cause).toBe(cause)
  })

  it('leave the brand out of what is printed and copied', () => {
    expect(Object.keys(new BatonError('X', 'y')).sort()).toEqual(['code', 'name'])
  })
})

describe("an author's subclass", () => {
  it('without a kind is told from its siblings and its base', () => {
    expect(new Declined('x') instanceof Declined).toBe(true)
    expect(new Declined('x') instanceof ApplicationError).toBe(true)
    expect(new ApplicationError('x') instanceof Declined).toBe(false)
    expect(new Refused('x') instanceof Declined).toBe(false)
  })

  it('with a kind bears it as its name and keeps the code', () => {
    const error = new Refused('x')
    expect({ name: error.name, code: error.code }).toEqual({ name: 'Refused', code: 'ApplicationError' })
    expect(error instanceof ApplicationError).toBe(true)
    expect(new ApplicationError('x') instanceof Refused).toBe(false)
  })
})

describe('StepFailed', () => {
  it('says which step, how often, and why', () => {
    expect(new StepFailed('charge', 1, new Error('no funds')).message).toBe("Step 'charge' failed after 1 attempt: no funds")
    expect(new StepFailed('charge', 3, 'text').message).toBe("Step 'charge' failed after 3 attempts: text")
  })
})

describe('ApplicationError', () => {
  it('has the message as its type and is not retryable unless it says so', () => {
    expect(new ApplicationError('NotApproved')).toMatchObject({ type: 'NotApproved', retryable: false, details: undefined })
  })

  it('takes a type, retryable and details', () => {
    expect(new ApplicationError('no', { type: 'T', retryable: true, details: { n: 1 } })).toMatchObject({ type: 'T', retryable: true, details: { n: 1 } })
  })
})
