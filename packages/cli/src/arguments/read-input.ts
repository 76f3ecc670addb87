import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError, UsageError } from '../errors/cli-error.ts'
import { messageOf } from '../errors/describe-error.ts'
import type { Io } from '../io.ts'

const INPUT_HINT = `Quote it for the shell: --input '{"id":42}', and a text twice: --input '"hello"'`

/** Where the input of an execution comes from; `-` is stdin. */
export interface InputOptions {
  readonly input?: string
  readonly inputFile?: string
}

/**
 * The input as a value; undefined if none was given.
 *
 * @throws UsageError for what is not JSON; CliError `FileNotReadable`.
 */
export async function readInput(io: Io, { input, inputFile }: InputOptions): Promise<unknown> {
  if (input === '-' || inputFile === '-') return parseJson(await readAll(io.stdin), 'stdin')
  if (input !== undefined) return parseJson(input, '--input', { hint: INPUT_HINT })
  if (inputFile === undefined) return undefined
  return parseJson(await readText(resolve(io.cwd, inputFile), inputFile), inputFile)
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliError('FileNotReadable', `${shown} cannot be read: ${messageOf(cause)}.`, { cause })
  }
}

/** All of a stream as text. */
export async function readAll(stream: AsyncIterable<string | Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(typeof part === 'string' ? Buffer.from(part) : part)
  return Buffer.concat(parts).toString('utf8')
}

/** @throws UsageError. */
export function parseJson(text: string, from: string, { what = 'input', hint }: { readonly what?: string; readonly hint?: string } = {}): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`The ${what} from ${from} is not JSON: ${messageOf(cause)}.`, { cause, ...(hint === undefined ? {} : { hint }) })
  }
}
