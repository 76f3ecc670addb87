// A token lets whoever has it answer for somebody else, and it is easily put in the wrong place: nothing here repeats what was given.
import { UsageError } from '../errors/cli-error.ts'
import type { Io } from '../io.ts'
import { readAll } from './read-input.ts'

/** A token as given, or from stdin, where neither the list of processes nor the shell's history has it. */
export async function readToken(io: Io, text: string): Promise<string> {
  return text === '-' ? (await readAll(io.stdin)).trim() : text
}

/** @throws UsageError. */
export function tokenValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words would quote it.
    throw new UsageError('The value is not JSON.', { hint: `Give the token first; quote the value for the shell: '{"approved":true}', and a text twice: '"hello"'` })
  }
}
