import { CommanderError } from 'commander'
import { redact } from './errors/redact.ts'
import { isBadInput } from './errors/is-bad-input.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'
import { type GlobalOptions, Session } from './session.ts'

/**
 * Runs one command line; gives the exit code: 0 done, 1 failed, 2 a command line that makes no sense.
 *
 * @example process.exitCode = await main(['list', '--json'], processIo())
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let code = 0
  const complaints: string[] = []
  const program = createProgram(io, (exit) => {
    code = exit
  }, (text) => complaints.push(text))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    const session = new Session(io, globalsOf(argv))
    if (error instanceof CommanderError) return endOfParsing(error, complaints.join(''), session)
    session.fail(error)
    return isBadInput(error) ? 2 : 1
  }
}

/** Help and version come this way too; they have been written and are no failure. */
function endOfParsing(error: CommanderError, complaint: string, session: Session): number {
  if (error.exitCode === 0) return 0
  const said = redact(withoutArguments(complaint))
  if (session.json && said !== '') session.printJson({ error: { code: 'Usage', message: messageOf(said) } })
  else session.io.stderr.write(said)
  return 2
}

/** Of arguments too many commander repeats all; one of them may be a token. */
function withoutArguments(complaint: string): string {
  return complaint.replace(/^(error: too many arguments for .* but got \d+): [^]*?(?=\.\n\(add --help|$)/, '$1')
}

function messageOf(complaint: string): string {
  return complaint.replace(/^error: /, '').trim().replaceAll(/\s*\n\s*/g, ' ')
}

/** As far as they can be told from a line that may not parse. */
function globalsOf(argv: readonly string[]): GlobalOptions {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  return { json: options.includes('--json'), debug: options.includes('--debug') }
}
