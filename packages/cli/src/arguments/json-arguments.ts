import { UsageError } from '../errors/cli-error.ts'
import type { Io } from '../io.ts'
import { parseJson, readAll } from './read-input.ts'

const HINT = `Quote it for the shell: '{"id":42}', and a text twice: '"hello"'; - reads it from stdin.`

/**
 * The arguments of a call, each a JSON text; one of them may be `-`, which is stdin.
 *
 * @throws UsageError for what is not JSON, or for a second `-`.
 */
export async function jsonArguments(io: Io, texts: readonly string[]): Promise<readonly unknown[]> {
  if (texts.filter((text) => text === '-').length > 1) throw new UsageError('Only one argument can be read from stdin.')
  const values: unknown[] = []
  for (const [at, text] of texts.entries()) {
    if (text === '-') values.push(parseJson(await readAll(io.stdin), 'stdin', { what: 'argument' }))
    else values.push(parseJson(text, `place ${at + 1}`, { what: 'argument', hint: HINT }))
  }
  return values
}
