import { appendFileSync, readFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stepContext } from '@baton/sdk'

/** One run of a step's body. */
export interface Mark {
  readonly key: string
  readonly pid: number
}

/** Notes that a step's body began, or came to `key`; a line in a file outlives any kill. Without a file nothing is noted. */
export function mark(key = stepContext().idempotencyKey): void {
  const file = process.env['BATON_MARKS']
  if (file === undefined) return
  appendFileSync(file, `${JSON.stringify({ key, pid: process.pid })}\n`)
}

/** The same with a word of the step's own. */
export function note(text: string): void {
  mark(`${stepContext().idempotencyKey} ${text}`)
}

/** A file for marks, which the steps of this process write to as well until it is disposed. */
export function marksFile(): Disposable & { readonly path: string; read(): readonly Mark[] } {
  const folder = mkdtempSync(join(tmpdir(), 'baton-marks-'))
  const path = join(folder, 'marks')
  appendFileSync(path, '')
  process.env['BATON_MARKS'] = path
  return {
    path,
    read: () => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Mark),
    [Symbol.dispose]: () => {
      delete process.env['BATON_MARKS']
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
