import { cron, DefinitionError, Run, Workflow } from '@baton/sdk'
import { defineWorkflow, lastTick, nextTick } from '@baton/sdk/host'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const ticks = (expression: string, timezone: string, from: string, count: number): readonly string[] => {
  const trigger = cron(expression, { timezone })
  let at = Date.parse(from)
  return Array.from({ length: count }, () => new Date((at = nextTick(trigger, at) ?? Number.NaN)).toISOString())
}

describe('ticks', () => {
  test('come by the clock of the time zone, through summer time and back', () => {
    expect(ticks('0 6 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual(['2026-03-28T05:00:00.000Z', '2026-03-29T04:00:00.000Z', '2026-03-30T04:00:00.000Z'])
    expect(ticks('0 6 * * *', 'UTC', '2026-03-28T00:00:00Z', 1)).toEqual(['2026-03-28T06:00:00.000Z'])
  })

  test('that the clock leaves out come an hour later', () => {
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'])
  })

  test('that the clock shows twice come once, and every hour twice', () => {
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'])
    expect(ticks('0 * * * *', 'Europe/Berlin', '2026-10-24T23:10:00Z', 3)).toEqual(['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z'])
  })

  test('can have seconds', () => {
    expect(ticks('*/20 * * * * *', 'UTC', '2026-01-01T00:00:00Z', 3)).toEqual(['2026-01-01T00:00:20.000Z', '2026-01-01T00:00:40.000Z', '2026-01-01T00:01:00.000Z'])
  })

  test('next and last agree', () => {
    const expressions = fc.constantFrom('0 6 * * *', '*/15 * * * *', '30 2 * * *', '0 0 L * *', '0 12 * * 1', '*/10 * * * * *')
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe')
    const moments = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2028, 0) })
    fc.assert(fc.property(expressions, zones, moments, (expression, timezone, at) => {
      const trigger = cron(expression, { timezone })
      const next = nextTick(trigger, at) ?? Number.NaN
      const last = lastTick(trigger, next) ?? Number.NaN
      expect(next).toBeGreaterThan(at)
      expect(last).toBe(next)
      const before = lastTick(trigger, at) ?? Number.NaN
      expect(before).toBeLessThanOrEqual(at)
      expect(nextTick(trigger, before)).toBe(next)
    }))
  })
})

test.each([
  ['', 'UTC'], ['* * *', 'UTC'], ['0 25 * * *', 'UTC'], ['a b c d e', 'UTC'], ['0 0 30 2 *', 'UTC'], ['2027-01-01T00:00:00', 'UTC'], ['0 0 1 1 * * 2020', 'UTC'], ['@daily', 'Europe/Berlinn'],
])("cron('%s') in %s is refused where it is written", (expression, timezone) => {
  expect(() => cron(expression, { timezone })).toThrow(expect.objectContaining({ code: 'InvalidTrigger', message: expect.stringContaining(`cron('${expression}')`) }))
})

test('a trigger has a name that can stand in an id', () => {
  expect(() => cron('@daily', { name: 'every day' })).toThrow(expect.objectContaining({ code: 'InvalidName' }))
})

test('two triggers of a workflow have different names', () => {
  expect(() => {
    @Workflow({ name: 'twice', triggers: [cron('@daily'), cron('@weekly')] })
    class Twice {
      @Run() async run(): Promise<void> {}
    }
    return Twice
  }).toThrow(DefinitionError)
})

test('a definition says what starts it', () => {
  @Workflow({ name: 'nightly', triggers: [cron('0 3 * * *', { timezone: 'Europe/Berlin' })] })
  class Nightly {
    @Run() async run(): Promise<void> {}
  }
  expect(defineWorkflow(Nightly).triggers).toEqual([{ kind: 'cron', name: 'cron', expression: '0 3 * * *', timezone: 'Europe/Berlin', input: undefined }])
})
