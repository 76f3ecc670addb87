// Owns: the border between the text that codec.ts makes and what stands in the tables. Whatever is written passes `seal`,
// whatever is read passes `open`; core, actors and programs are on the inner side and know nothing of it.
import { BatonError } from '@baton/sdk'
import type { Encoded } from './codec.ts'
import type { CodedPayload, PayloadCodec, PayloadOptions } from './payload-codec.ts'
import { PayloadCodecFailed, PayloadUnreadable } from './payload-errors.ts'
import { fromText, isSealed, readStage, type Sealed, toText, writeStage } from './sealed.ts'

/** A row that has a payload in the column; undefined is as good as none. */
type Column<K extends string> = { readonly [column in K]?: Encoded | undefined }

const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

export class PayloadBorder {
  readonly #codecs: readonly PayloadCodec[]
  readonly #byId: ReadonlyMap<string, PayloadCodec>

  /** The bound that `encode` is to be given; undefined for its own. */
  readonly maxBytes: number | undefined

  /** @throws BatonError `InvalidOption`. */
  constructor({ codecs = [], maxBytes }: PayloadOptions = {}) {
    if (maxBytes !== undefined && !(Number.isInteger(maxBytes) && maxBytes >= 1)) {
      throw new BatonError('InvalidOption', `maxBytes of payloads is ${maxBytes}; give a number of bytes.`)
    }
    for (const { id } of codecs) {
      if (!/^[a-z0-9][a-z0-9.-]*$/.test(id)) throw new BatonError('InvalidOption', `'${id}' is no id of a payload codec: use lower-case letters, digits, '-' and '.'.`)
    }
    this.maxBytes = maxBytes
    this.#codecs = codecs
    this.#byId = new Map(codecs.map((codec) => [codec.id, codec]))
    if (this.#byId.size < codecs.length) throw new BatonError('InvalidOption', 'Two payload codecs have the same id; what they wrote could not be told apart.')
  }

  /** Whether writers have anything to do; where they have not, they need not wait for it. */
  get seals(): boolean {
    return this.#codecs.length > 0
  }

  /**
   * The texts as the tables get them.
   *
   * @throws PayloadCodecFailed.
   */
  async seal(texts: readonly Encoded[]): Promise<readonly Encoded[]> {
    if (!this.seals) return texts
    const places = texts.flatMap((text, i) => (text === null ? [] : [i]))
    let pieces = places.map((i): Sealed => ({ data: utf8.encode(texts[i] ?? ''), stages: [] }))
    for (const codec of this.#codecs) {
      if (pieces.length === 0) break
      const given = pieces.map(({ data }) => data)
      const coded = await asked(codec, given.length, () => codec.encode(given))
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
   * @throws PayloadUnreadable if one of them cannot be read here; PayloadCodecFailed.
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

  /**
   * The rows with one of their columns sealed; the very same list where there is nothing to do.
   *
   * @throws PayloadCodecFailed.
   */
  async sealRows<K extends string, R extends Column<K>>(rows: readonly R[], column: K): Promise<readonly R[]> {
    return this.seals ? withColumn(rows, column, await this.seal(rows.map((row) => row[column] ?? null))) : rows
  }

  /**
   * The rows with one of their columns opened.
   *
   * @throws PayloadUnreadable if one of them cannot be read here; PayloadCodecFailed.
   */
  async openRows<K extends string, R extends Column<K>>(rows: readonly R[], column: K): Promise<readonly R[]> {
    return withColumn(rows, column, await this.open(rows.map((row) => row[column] ?? null)))
  }

  /** Takes the outermost stage, which is of the same codec for all of them, off. */
  async #decode(id: string, pieces: readonly Sealed[]): Promise<readonly Sealed[]> {
    const codec = this.#byId.get(id)
    if (!codec) throw new PayloadUnreadable(pieces[0] ? outermost(pieces[0]) : id, `the codec '${id}' is not among those given here; name it in the option payloads`)
    const coded = pieces.map((piece) => ({ data: piece.data, label: readStage(outermost(piece))[1] }))
    const opened = await asked(codec, coded.length, () => codec.decode(coded))
    return pieces.map(({ stages }, i) => ({ data: opened[i] ?? new Uint8Array(), stages: stages.slice(0, -1) }))
  }
}

function outermost({ stages }: Sealed): string {
  return stages.at(-1) ?? ''
}

function through(codec: PayloadCodec, piece: Sealed, coded: CodedPayload | undefined): Sealed {
  return coded ? { data: coded.data, stages: [...piece.stages, writeStage(codec.id, coded.label)] } : piece
}

/** Where the text did not change, as where there was none, the row is the same. */
function withColumn<K extends string, R extends Column<K>>(rows: readonly R[], column: K, texts: readonly Encoded[]): readonly R[] {
  return rows.map((row, i) => (texts[i] === (row[column] ?? null) ? row : { ...row, [column]: texts[i] }))
}

/** What a codec answers, a result for each of `count` payloads. */
async function asked<T>({ id }: PayloadCodec, count: number, act: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    const results = await act()
    if (results.length !== count) throw new TypeError(`it was given ${count} payloads and returned ${results.length}.`)
    return results
  } catch (error) {
    throw error instanceof PayloadUnreadable ? error : new PayloadCodecFailed(id, error)
  }
}

function textOf(data: Uint8Array): string {
  try {
    return strictUtf8.decode(data)
  } catch (cause) {
    throw new PayloadUnreadable('sealed', 'its codecs gave bytes that are no text', { cause })
  }
}
