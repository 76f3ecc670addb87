import crypto, { randomBytes, randomFillSync, randomInt, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installGuard } from '../../../packages/runtime/src/worker/guard/install.ts'
import { FakeScope } from './fake-scope.ts'

let guard: Disposable
beforeAll(() => {
  guard = installGuard()
})
afterAll(() => guard[Symbol.dispose]())

const draws: Readonly<Record<string, () => unknown>> = {
  'Math.random': () => Math.random(),
  'crypto.randomUUID': () => globalThis.crypto.randomUUID(),
  'crypto.getRandomValues': () => globalThis.crypto.getRandomValues(new Uint32Array(4)).join(','),
  'node:crypto randomUUID': () => randomUUID(),
  'node:crypto randomBytes': () => randomBytes(9).toString('hex'),
  'node:crypto randomInt': () => randomInt(10 ** 9),
  'node:crypto getRandomValues': () => crypto.getRandomValues(new Uint8Array(5)).join(','),
  'node:crypto randomFillSync': () => randomFillSync(Buffer.alloc(6), 1, 3).toString('hex'),
}

test.each(Object.entries(draws))('%s is the same in workflow code for the same seed, and differs elsewhere', (_, draw) => {
  const five = (): unknown[] => Array.from({ length: 5 }, draw)
  const first = new FakeScope(0, 'a').run(five)
  expect(new FakeScope(0, 'a').run(five)).toEqual(first)
  expect(new FakeScope(0, 'b').run(five)).not.toEqual(first)
  expect(new Set(first).size).toBe(5)
  expect(five()).not.toEqual(five())
})

test('the same draws in the same order come to the same values, whatever is drawn outside meanwhile', () => {
  const names = Object.keys(draws)
  fc.assert(
    fc.property(fc.string(), fc.array(fc.constantFrom(...names), { maxLength: 30 }), fc.array(fc.boolean(), { maxLength: 30 }), (seed, order, noise) => {
      const [live, replayed] = [new FakeScope(0, seed), new FakeScope(0, seed)]
      const drawn = order.map((name, i) => {
        if (noise[i]) draws[name]?.()
        return live.run(() => draws[name]?.())
      })
      expect(replayed.run(() => order.map((name) => draws[name]?.()))).toEqual(drawn)
    }),
  )
})

test('what is filled and how far is as always', () => {
  new FakeScope().run(() => {
    for (let i = 0; i < 200; i++) {
      expect(randomInt(3, 6)).toSatisfy((n: number) => n >= 3 && n < 6)
      expect(randomInt(2)).toSatisfy((n: number) => n === 0 || n === 1)
    }
    expect(randomBytes(0)).toHaveLength(0)
    const bytes = randomFillSync(new Uint16Array(8), 2, 3)
    expect([...bytes].map((n) => n === 0)).toEqual([true, true, false, false, false, true, true, true])
    expect(() => randomInt(5, 5)).toThrow(RangeError)
    expect(() => globalThis.crypto.getRandomValues(new Float32Array(1) as unknown as Uint8Array<ArrayBuffer>)).toThrow(/type/i)
  })
})

test('what comes from another thread is refused', async () => {
  const scope = new FakeScope()
  expect(() => scope.run(() => randomBytes(8, () => {}))).toThrow('crypto.randomBytes() with a callback was called in run() of execution')
  expect(() => scope.run(() => crypto.generateKeyPairSync('ed25519'))).toThrow('crypto.generateKeyPairSync()')
  await expect(scope.run(() => globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(1)))).rejects.toThrow('createHash()')
  expect(scope.violations).toHaveLength(3)
  await expect(globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(1))).resolves.toBeInstanceOf(ArrayBuffer)
})
