/** A payload as a codec has written it. */
export interface CodedPayload {
  readonly data: Uint8Array
  /** What `decode` needs to know and everybody may read in the database, such as a key's id; default: empty. */
  readonly label?: string
}

/**
 * Changes payloads on their way into the log and back: encrypts, compresses, puts them elsewhere.
 *
 * It gets bytes, many at a time. Workflow code never sees what it makes of them.
 *
 * @example
 * const gzipped: PayloadCodec = {
 *   id: 'gzip',
 *   encode: async (payloads) => payloads.map((data) => ({ data: gzipSync(data) })),
 *   decode: async (payloads) => payloads.map(({ data }) => gunzipSync(data)),
 * }
 */
export interface PayloadCodec {
  /** Stands in all that it writes, and finds it again: lower-case letters, digits, `-` and `.`; never change it. */
  readonly id: string
  /** Each payload as this codec writes it, in the same order; `undefined` where it leaves one as it is. */
  encode(payloads: readonly Uint8Array[]): Promise<readonly (CodedPayload | undefined)[]>
  /**
   * The bytes `encode` was given, in the same order.
   *
   * @throws PayloadUnreadable for what no other try will mend, which blocks the execution; after any other error it is tried
   * again.
   */
  decode(payloads: readonly Required<CodedPayload>[]): Promise<readonly Uint8Array[]>
}

/** What happens to payloads between workflow code and the database; the same for workers and clients. */
export interface PayloadOptions {
  /** The first one encodes first and decodes last; default: none, and payloads are readable in the database. */
  readonly codecs?: readonly PayloadCodec[]
  /** The most bytes a payload may take as JSON text, before any codec; default 2,097,152 (2 MiB). */
  readonly maxBytes?: number
}
