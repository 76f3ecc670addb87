import type { OutputStream } from '../io.ts'

/** One line at the bottom of a terminal that says what goes on; nothing at all where there is no terminal. */
export class StatusLine implements Disposable {
  readonly #stream: OutputStream
  #shown = false

  constructor(stream: OutputStream) {
    this.#stream = stream
  }

  get visible(): boolean {
    return this.#stream.isTTY === true
  }

  update(text: string): void {
    if (!this.visible) return
    // One column is left free: a line that fills the last one wraps on some terminals.
    const width = Math.max(1, (this.#stream.columns || 80) - 1)
    this.#stream.write(`\r\u001B[2K${text.slice(0, width)}`)
    this.#shown = true
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001B[2K')
    this.#shown = false
  }

  [Symbol.dispose](): void {
    this.clear()
  }
}
