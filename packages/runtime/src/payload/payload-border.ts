// Owns: the border between the text that codec.ts makes and what stands in the tables. Whatever is written passes `seal`,
// whatever is read passes `open`; core, actors and programs are on the inner side and know nothing of it.
import { BatonError } from '@baton/sdk'
import type { Encoded } from './codec.ts'
import type { CodedPayload, PayloadCodec, PayloadOptions } from './payload-codec.ts'
import { PayloadUnreadable } from './payload-errors.ts'
import { fromText, isSealed, readStage, type Sealed, toText, writeStage } from './sealed.ts'

const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

export class PayloadBorder {
  readonly #codecs: readonly PayloadCodec[]
  readonly #byId: ReadonlyMap<string, PayloadCodec>

  /** @throws BatonError `InvalidOption`. */
  constructor({ codecs = [] }: PayloadOptions = {}) {
    for (const { id } of codecs) {
      if (!/^[a-z0-9][a-z0-9.-]*$/.test(id)) throw new BatonError('InvalidOption', `'${id}' is no id of a payload codec: use lower-case letters, digits, '-' and '.'.`)
    }
    this.#codecs = codecs
    this.#byId = new Map(codecs.map((codec) => [codec.id, codec]))
    if (this.#byId.size < codecs.length) throw new BatonError('InvalidOption', 'Two payload codecs have the same id; what they wrote could not be told apart.')
  }

  /** Whether writers have anything to do; where they have not, they need not wait for it. */
  get seals(): boolean {
    return this.#codecs.length > 0
  }

  /** The texts as the tables get them. */
  async seal(texts: readonly Encoded[]): Promise<readonly Encoded[]> {
    if (!this.seals) return texts
    const places = texts.flatMap((text, i) => (text === null ? [] : [i]))
    let pieces = places.map((i): Sealed => ({ data: utf8.encode(texts[i] ?? ''), stages: [] }))
    for (const codec of this.#codecs) {
      if (pieces.length === 0) break
      const coded = sameCount(codec, pieces, await codec.encode(pieces.map(({ data }) => data)))
      pieces = pieces.map((piece, i) => through(codec, piece, coded[i]))
    }
    const sealed = [...texts]
    for (const [n, i] of places.entries()) {
      const piece = pieces[n]
      if (piece && piece.stages.length > 0) sealed[i] = toText(piece)
    }
    return sealed
  }

  /**
   * The texts that `seal` was given, in whatever order and under whatever codecs that was.
   *
   * @throws PayloadUnreadable if one of them cannot be read here.
   */
  async open(texts: readonly Encoded[]): Promise<readonly Encoded[]> {
    if (!texts.some(isSealed)) return texts
    const pieces = texts.map((text) => (isSealed(text) ? fromText(text) : undefined))
    for (;;) {
      // The stages may differ from text to text, as where a key was rotated or a codec added: layer by layer, codec by codec.
      const waiting = pieces.flatMap((piece, i) => (piece && piece.stages.length > 0 ? [{ i, piece }] : []))
      if (waiting.length === 0) break
      const layer = Map.groupBy(waiting, ({ piece }) => readStage(outermost(piece))[0])
      await Promise.all([...layer].map(async ([id, group]) => {
        const opened = await this.#decode(id, group.map(({ piece }) => piece))
        for (const [n, { i }] of group.entries()) pieces[i] = opened[n]
      }))
    }
    return texts.map((text, i) => {
      const piece = pieces[i]
      return piece ? textOf(piece.data) : text
    })
  }

  /** Rows with their payloads sealed. */
  async sealRows<R extends { readonly payload: Encoded }>(rows: readonly R[]): Promise<readonly R[]> {
    return withPayloads(rows, await this.seal(rows.map(({ payload }) => payload)))
  }

  /**
   * Rows with their payloads opened.
   *
   * @throws PayloadUnreadable if one of them cannot be read here.
   */
  async openRows<R extends { readonly payload: Encoded }>(rows: readonly R[]): Promise<readonly R[]> {
    return withPayloads(rows, await this.open(rows.map(({ payload }) => payload)))
  }

  /** Takes the outermost stage, which is of the same codec for all of them, off. */
  async #decode(id: string, pieces: readonly Sealed[]): Promise<readonly Sealed[]> {
    const codec = this.#byId.get(id)
    if (!codec) throw new PayloadUnreadable(pieces[0] ? outermost(pieces[0]) : id, `the codec '${id}' is not among those given here; name it in the option payloads`)
    const coded = pieces.map((piece) => ({ data: piece.data, label: readStage(outermost(piece))[1] }))
    const opened = sameCount(codec, pieces, await codec.decode(coded))
    return pieces.map(({ stages }, i) => ({ data: opened[i] ?? new Uint8Array(), stages: stages.slice(0, -1) }))
  }
}

function outermost({ stages }: Sealed): string {
  return stages.at(-1) ?? ''
}

function through(codec: PayloadCodec, piece: Sealed, coded: CodedPayload | undefined): Sealed {
  return coded ? { data: coded.data, stages: [...piece.stages, writeStage(codec.id, coded.label)] } : piece
}

function withPayloads<R extends { readonly payload: Encoded }>(rows: readonly R[], payloads: readonly Encoded[]): readonly R[] {
  return rows.map((row, i) => (row.payload === payloads[i] ? row : { ...row, payload: payloads[i] ?? null }))
}

function sameCount<T>({ id }: PayloadCodec, given: readonly unknown[], got: readonly T[]): readonly T[] {
  if (got.length === given.length) return got
  throw new TypeError(`The payload codec '${id}' was given ${given.length} payloads and returned ${got.length}.`)
}

function textOf(data: Uint8Array): string {
  try {
    return strictUtf8.decode(data)
  } catch (cause) {
    throw new PayloadUnreadable('sealed', 'its codecs gave bytes that are no text', { cause })
  }
}
