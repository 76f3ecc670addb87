import type { Io } from './io.ts'
import { type Paint, paintFor, wantsColor } from './output/paint.ts'
import { StatusLine } from './output/status-line.ts'
import { describeError, stackOf } from './errors/describe-error.ts'
import { redact } from './errors/redact.ts'
import { printable } from './output/printable.ts'

/** The options every command has. */
export interface GlobalOptions {
  readonly json?: boolean
  readonly debug?: boolean
}

/** One run of one command: where it writes, and how. Results go to stdout, everything else to stderr. */
export class Session {
  readonly io: Io
  readonly json: boolean
  readonly debug: boolean
  /** For stdout. */
  readonly paint: Paint
  /** Whether stderr takes colours. */
  readonly color: boolean
  readonly #paintNotes: Paint

  constructor(io: Io, { json = false, debug = false }: GlobalOptions) {
    this.io = io
    this.json = json
    this.debug = debug
    this.paint = paintFor(wantsColor(io.stdout, io.env))
    this.color = wantsColor(io.stderr, io.env)
    this.#paintNotes = paintFor(this.color)
  }

  /** Columns of stdout; undefined if it is no terminal, or one that does not know. */
  get width(): number | undefined {
    return (this.io.stdout.isTTY && this.io.stdout.columns) || undefined
  }

  print(text: string): void {
    this.io.stdout.write(text)
  }

  /** One JSON document on a line of its own. */
  printJson(value: unknown): void {
    this.io.stdout.write(`${JSON.stringify(value)}\n`)
  }

  /** Something for people to know, that is not the result. */
  note(text: string): void {
    this.io.stderr.write(`${this.#paintNotes('gray', printable(redact(text)))}\n`)
  }

  warn(text: string): void {
    this.io.stderr.write(`${this.#paintNotes('yellow', 'warning')}: ${printable(redact(text))}\n`)
  }

  status(): StatusLine {
    return new StatusLine(this.io.stderr)
  }

  fail(error: unknown): void {
    const { code, message, hint } = describeError(error)
    if (this.json) this.printJson({ error: { code, message, ...(hint === undefined ? {} : { hint }) } })
    else {
      this.io.stderr.write(`${this.#paintNotes('red', 'error')} ${this.#paintNotes('bold', code)}: ${printable(message)}\n`)
      if (hint !== undefined) this.io.stderr.write(`  ${this.#paintNotes('green', 'hint')}: ${printable(hint)}\n`)
    }
    if (this.debug) this.io.stderr.write(`${printable(stackOf(error))}\n`)
  }
}
