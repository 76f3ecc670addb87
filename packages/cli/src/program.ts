import { Command } from 'commander'
import { createAct } from './act.ts'
import { addBuild } from './commands/build.ts'
import { addComplete } from './commands/complete.ts'
import { addFail } from './commands/fail.ts'
import { addGraph } from './commands/graph.ts'
import { addHistory } from './commands/history.ts'
import { addKill } from './commands/kill.ts'
import { addList } from './commands/list.ts'
import { addMigrate } from './commands/migrate.ts'
import { addPatches } from './commands/patches.ts'
import { addPause } from './commands/pause.ts'
import { addQuery } from './commands/query.ts'
import { addRestart } from './commands/restart.ts'
import { addResume } from './commands/resume.ts'
import { addSchedules } from './commands/schedules.ts'
import { addShow } from './commands/show.ts'
import { addSignal } from './commands/signal.ts'
import { addStart } from './commands/start.ts'
import { addStop } from './commands/stop.ts'
import { addStream } from './commands/stream.ts'
import { addUpdate } from './commands/update.ts'
import { addWorker } from './commands/worker.ts'
import type { Io } from './io.ts'
import { wantsColor } from './output/paint.ts'
import { version } from './version.ts'

/** In the order of the help: compile, run, look, talk. */
const COMMANDS = [
  addBuild, addGraph, addMigrate, addWorker, addStart,
  addList, addShow, addHistory, addStream, addPatches, addSchedules,
  addSignal, addUpdate, addQuery, addComplete, addFail,
  addStop, addKill, addPause, addResume, addRestart,
]

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
  for (const add of COMMANDS) add(program, act)
  return program
}
