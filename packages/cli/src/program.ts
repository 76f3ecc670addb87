import { Command } from 'commander'
import { createAct } from './act.ts'
import { addBuild } from './commands/build.ts'
import { addGraph } from './commands/graph.ts'
import { addHistory } from './commands/history.ts'
import { addList } from './commands/list.ts'
import { addMigrate } from './commands/migrate.ts'
import { addPatches } from './commands/patches.ts'
import { addShow } from './commands/show.ts'
import { addStart } from './commands/start.ts'
import { addStream } from './commands/stream.ts'
import { addWorker } from './commands/worker.ts'
import type { Io } from './io.ts'
import { wantsColor } from './output/paint.ts'
import { version } from './version.ts'

/** The command line's grammar. What commander complains about goes to `onComplaint`; what it throws ends the parsing. */
export function createProgram(io: Io, onExit: (code: number) => void, onComplaint: (text: string) => void): Command {
  const program = new Command('baton')
    .description('Durable workflows on Postgres: compile them, run them, look at them.')
    .version(version, '-V, --version')
    .option('--json', 'print one JSON document instead of text')
    .option('--debug', 'print stack traces and causes of errors')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // Help that was not asked for, and complaints: main decides how they are shown.
      writeErr: onComplaint,
      getOutHelpWidth: () => io.stdout.columns || 100,
      getErrHelpWidth: () => io.stderr.columns || 100,
      getOutHasColors: () => wantsColor(io.stdout, io.env),
      getErrHasColors: () => wantsColor(io.stderr, io.env),
    })
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride()
    .addHelpText('after', '\nExample:\n  $ baton build && baton worker src/workflows.ts\n  $ baton start order --input \'{"id":42}\' --wait')
  const act = createAct(io, onExit)
  for (const add of [addBuild, addGraph, addMigrate, addWorker, addStart, addList, addShow, addHistory, addPatches, addStream]) add(program, act)
  return program
}
