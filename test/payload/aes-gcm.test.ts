import { inspect } from 'node:util'
import { aesGcmCodec, type CodedPayload, type EncryptionKey, type PayloadCodec, PayloadUnreadable } from '@baton/runtime'
import { BatonError } from '@baton/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aKey } from './a-key.ts'

async function encryptOne(codec: PayloadCodec, data: Uint8Array): Promise<Required<CodedPayload>> {
  const [coded] = await codec.encode([data])
  if (coded?.label === undefined) throw new Error('It was left as it is.')
  return { data: coded.data, label: coded.label }
}

async function unreadable(codec: PayloadCodec, payload: Required<CodedPayload>): Promise<PayloadUnreadable> {
  const error: unknown = await codec.decode([payload]).catch((thrown: unknown) => thrown)
  if (error instanceof PayloadUnreadable) return error
  throw new Error('It was read, or failed otherwise.', { cause: error })
}

const one = aKey('one')
const two = aKey('two')
const bytes = fc.uint8Array({ maxLength: 2_000 })

it('what was encrypted decrypts to the same bytes', async () => {
  const codec = aesGcmCodec({ keys: [one] })
  await fc.assert(fc.asyncProperty(fc.array(bytes), async (given) => {
    const coded = (await codec.encode(given)).map((each) => ({ data: each?.data ?? new Uint8Array(), label: each?.label ?? '' }))
    expect((await codec.decode(coded)).map((data) => [...data])).toEqual(given.map((data) => [...data]))
  }))
})

it('the same bytes never look the same twice, and their text is not in it', async () => {
  const codec = aesGcmCodec({ keys: [one] })
  const secret = Buffer.from('4111 1111 1111 1111')
  const seen = new Set<string>()
  for (let i = 0; i < 100; i++) seen.add(Buffer.from((await encryptOne(codec, secret)).data).toString('latin1'))
  expect(seen.size).toBe(100)
  for (const text of seen) expect(text).not.toContain('4111')
})

it('any change of any byte is noticed, and so is a shorter or longer one', async () => {
  const codec = aesGcmCodec({ keys: [one] })
  await fc.assert(fc.asyncProperty(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), async (given, place, by) => {
    const { data, label } = await encryptOne(codec, given)
    const changed = Uint8Array.from(data)
    const at = place % changed.length
    changed[at] = (changed[at] ?? 0) ^ by
    for (const wrong of [changed, data.subarray(0, at), Buffer.concat([data, Buffer.from([by])])]) {
      expect((await unreadable(codec, { data: wrong, label })).stage).toBe('aes-256-gcm:one')
    }
  }))
})

describe('rotation', () => {
  it('the first key encrypts, all of them decrypt', async () => {
    const before = aesGcmCodec({ keys: [one] })
    const during = aesGcmCodec({ keys: [one, two] })
    const after = aesGcmCodec({ keys: [two, one] })
    const data = Buffer.from('old')
    const old = await encryptOne(before, data)
    const fresh = await encryptOne(after, data)
    expect([old.label, fresh.label]).toEqual(['one', 'two'])
    expect(await during.decode([old, fresh])).toEqual([data, data])
    expect(await after.decode([fresh, old])).toEqual([data, data])
  })

  it('a key that has been dropped is named', async () => {
    const old = await encryptOne(aesGcmCodec({ keys: [one] }), Buffer.from('old'))
    expect((await unreadable(aesGcmCodec({ keys: [two] }), old)).message).toContain("'aes-256-gcm:one': the key is not among those given here")
  })

  it('bytes under the name of another key are refused', async () => {
    const same = { id: 'two', key: one.key }
    const coded = await encryptOne(aesGcmCodec({ keys: [one] }), Buffer.from('x'))
    expect((await unreadable(aesGcmCodec({ keys: [one, same] }), { ...coded, label: 'two' })).stage).toBe('aes-256-gcm:two')
  })
})

it('a wrong key under the right id is refused, and neither key is in the error or the codec as it is printed', async () => {
  const wrong = aKey('one', 'other')
  const coded = await encryptOne(aesGcmCodec({ keys: [one] }), Buffer.from('x'))
  const codec = aesGcmCodec({ keys: [{ id: 'one', key: Buffer.from(wrong.key).toString('base64') }] })
  const error = await unreadable(codec, coded)
  const printed = inspect([error, codec], { depth: 10, showHidden: true })
  for (const { key } of [one, wrong]) {
    const hex = Buffer.from(key).toString('hex')
    for (const form of [hex, Buffer.from(key).toString('base64'), hex.match(/../g)?.join(' ') ?? '', [...key].join(', ')]) expect(printed).not.toContain(form)
  }
})

it('a key in base64 is the same key', async () => {
  const coded = await encryptOne(aesGcmCodec({ keys: [one] }), Buffer.from('x'))
  expect(await aesGcmCodec({ keys: [{ id: 'one', key: Buffer.from(one.key).toString('base64') }] }).decode([coded])).toEqual([Buffer.from('x')])
})

it.each<[string, readonly EncryptionKey[], string]>([
  ['no key', [], 'needs a key'],
  ['a short key', [{ id: 'k', key: new Uint8Array(31) }], "The key 'k' has 31 bytes"],
  ['a passphrase', [{ id: 'k', key: 'correct horse battery staple' }], "The key 'k' has"],
  ['two keys of one id', [one, one], 'the same id'],
  ['an id with a colon', [{ id: 'a:b', key: one.key }], "'a:b' is no id of a key"],
])('%s is refused, without what was given as key', (_, keys, message) => {
  const refused = (): unknown => aesGcmCodec({ keys })
  expect(refused).toThrow(BatonError)
  expect(refused).toThrow(message)
  expect(refused).not.toThrow('horse')
})
