import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type GivenExecution, readGiven, toGiven } from '../../packages/runtime/src/dispatch/given.ts'

const text = fc.string({ unit: 'binary' })
const execution = fc.record({
  id: text, workflow: text, version: text, code: text, priority: fc.integer(), input: fc.option(fc.json()), meta: fc.option(fc.json()),
})

test('what is told is what was given', () => {
  fc.assert(fc.property(fc.nat(), fc.array(fc.oneof(text, execution)), (at, given) => {
    const payload = `[${[at, ...given.map((each) => (typeof each === 'string' ? JSON.stringify(each) : toGiven(each)))].join(',')}]`
    expect(readGiven(payload)).toEqual(given.map((each): string | GivenExecution => (typeof each === 'string' ? each : { ...each, at })))
  }))
})

test.each(['', 'nonsense', 'null', '{}', '["now"]', '[1,null]', '[1,{"id":"x"}]', '[1,{"id":"x","workflow":"w","version":"1","code":"c","priority":"0","input":null,"meta":null}]'])(
  'anything else is refused: %s', (payload) => {
    expect(() => readGiven(payload)).toThrow(Error)
  },
)
