// The border between text and tables: what it is given comes back, through any codecs; what it cannot read is said so.
import { gunzipSync, gzipSync } from 'node:zlib'
import { aesGcmCodec, offload, type PayloadCodec, PayloadUnreadable } from '@baton/runtime'
import { BatonError } from '@baton/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../packages/runtime/src/payload/codec.ts'
import { PayloadBorder } from '../../packages/runtime/src/payload/payload-border.ts'
import { aKey } from './a-key.ts'
import { MemoryStore } from './memory-store.ts'

const gzip: PayloadCodec = {
  id: 'gzip',
  encode: async (payloads) => payloads.map((data) => (data.length > 20 ? { data: gzipSync(data) } : undefined)),
  decode: async (payloads) => payloads.map(({ data }) => gunzipSync(data)),
}
const aes = aesGcmCodec({ keys: [aKey('one')] })

/** Ids with the sizes of the batches they got. */
function counted(codec: PayloadCodec): PayloadCodec & { readonly encoded: number[]; readonly decoded: number[] } {
  const encoded: number[] = []
  const decoded: number[] = []
  return {
    id: codec.id,
    encoded,
    decoded,
    encode: (payloads) => (encoded.push(payloads.length), codec.encode(payloads)),
    decode: (payloads) => (decoded.push(payloads.length), codec.decode(payloads)),
  }
}

const texts = fc.array(fc.oneof(fc.constant(null), fc.jsonValue().map((value) => encode('The value', value))), { maxLength: 20 })
const codecs = fc.shuffledSubarray(['aes', 'gzip', 'offload'] as const)

function borderOf(names: readonly ('aes' | 'gzip' | 'offload')[]): PayloadBorder {
  const made = { aes, gzip, offload: offload({ store: new MemoryStore(), threshold: 30 }) }
  return new PayloadBorder({ codecs: names.map((name) => made[name]) })
}

describe('what is sealed opens to the same text', () => {
  it('through any codecs in any order', async () => {
    await fc.assert(fc.asyncProperty(codecs, texts, async (names, given) => {
      const border = borderOf(names)
      const sealed = await border.seal(given)
      for (const text of sealed) if (text !== null) JSON.parse(text)
      expect(await border.open(sealed)).toEqual(given)
    }))
  })

  it('for a value that looks sealed, with codecs and without', async () => {
    const value = { $sealed: ['aes-256-gcm:one'], data: 'AAAA' }
    for (const border of [new PayloadBorder(), borderOf(['offload']), borderOf(['aes'])]) {
      const [text = null] = await border.open(await border.seal([encode('The value', value)]))
      expect(decode(text)).toEqual(value)
    }
  })

  it('for what was written under other codecs, or none, before', async () => {
    const plain = encode('The value', { n: 1 })
    const [zipped = null] = await new PayloadBorder({ codecs: [gzip] }).seal(['"zipped, and long enough for it"'])
    const [both = null] = await new PayloadBorder({ codecs: [gzip, aes] }).seal(['"zipped first, encrypted after that"'])
    const [turned = null] = await new PayloadBorder({ codecs: [aes, gzip] }).seal(['"encrypted first, zipped after that"'])
    const border = new PayloadBorder({ codecs: [aes, gzip] })
    expect(await border.open([plain, zipped, both, null, turned])).toEqual([
      plain, '"zipped, and long enough for it"', '"zipped first, encrypted after that"', null, '"encrypted first, zipped after that"',
    ])
  })
})

it('rows keep all but their payload', async () => {
  const border = borderOf(['aes'])
  const rows = [{ seq: 1, payload: '"a"' }, { seq: 2, payload: null }]
  const sealed = await border.sealRows(rows, 'payload')
  expect(sealed[0]).toMatchObject({ seq: 1, payload: expect.stringMatching(/^\{"\$sealed":\["aes-256-gcm:one"\],"data":"[\w+/=]+"\}$/) as unknown })
  expect(sealed[1]).toEqual(rows[1])
  expect(await border.openRows(sealed, 'payload')).toEqual(rows)
})

it('a batch of texts is one call of each codec', async () => {
  const codec = counted(aes)
  const border = new PayloadBorder({ codecs: [codec] })
  await border.open(await border.seal(['1', null, '2', '3']))
  expect({ encoded: codec.encoded, decoded: codec.decoded }).toEqual({ encoded: [3], decoded: [3] })
})

it('without codecs texts pass as they are, the very same list', async () => {
  const border = new PayloadBorder()
  const given = ['1', null]
  expect(border.seals).toBe(false)
  expect(await border.seal(given)).toBe(given)
  expect(await border.open(given)).toBe(given)
})

describe('what cannot be read is refused', () => {
  it('where the codec is missing', async () => {
    const sealed = await borderOf(['aes']).seal(['"secret"'])
    const error = await refusal(new PayloadBorder(), sealed)
    expect(error).toMatchObject({ code: 'PayloadUnreadable', stage: 'aes-256-gcm:one' })
    expect(error.message).toBe("A payload cannot be read through 'aes-256-gcm:one': the codec 'aes-256-gcm' is not among those given here; name it in the option payloads. Nothing is lost; it stays in the log as it is.")
  })

  it.each([['no list of stages', '{"$sealed":"x","data":""}'], ['no stages', '{"$sealed":[],"data":""}'], ['no data', '{"$sealed":["x"]}'], ['half of it', '{"$sealed":["x"],"da']])(
    'where the envelope has %s', async (_, text) => {
      expect(await refusal(borderOf(['aes']), [text])).toMatchObject({ stage: 'sealed' })
    },
  )

  it('where the codecs give bytes that are no text', async () => {
    const odd: PayloadCodec = { id: 'odd', encode: async (all) => all.map((data) => ({ data })), decode: async (all) => all.map(() => new Uint8Array([0xff])) }
    const border = new PayloadBorder({ codecs: [odd] })
    expect(await refusal(border, await border.seal(['1']))).toMatchObject({ stage: 'sealed' })
  })
})

it('a codec that returns too few is refused, by name', async () => {
  const short: PayloadCodec = { id: 'short', encode: async () => [], decode: async () => [] }
  await expect(new PayloadBorder({ codecs: [short] }).seal(['1', '2'])).rejects.toThrow("The payload codec 'short' failed: it was given 2 payloads and returned 0.")
})

it('other trouble of a codec is told from what cannot be read, for it may pass', async () => {
  const away = (): Promise<never> => Promise.reject(new Error('the key service is away'))
  const border = new PayloadBorder({ codecs: [{ id: 'remote', encode: away, decode: away }] })
  const failed = { code: 'PayloadCodecFailed', codec: 'remote', message: "The payload codec 'remote' failed: the key service is away" }
  await expect(border.seal(['1'])).rejects.toMatchObject(failed)
  await expect(border.open(['{"$sealed":["remote"],"data":""}'])).rejects.toMatchObject(failed)
})

it.each([['two of the same id', [aes, aes]], ['an id with a colon', [{ ...gzip, id: 'a:b' }]], ['an empty id', [{ ...gzip, id: '' }]]])('%s is refused', (_, wrong) => {
  expect(() => new PayloadBorder({ codecs: wrong })).toThrow(BatonError)
})

async function refusal(border: PayloadBorder, sealed: readonly (string | null)[]): Promise<PayloadUnreadable> {
  const error: unknown = await border.open(sealed).catch((thrown: unknown) => thrown)
  if (error instanceof PayloadUnreadable) return error
  throw new Error('It was read, or failed otherwise.', { cause: error })
}
