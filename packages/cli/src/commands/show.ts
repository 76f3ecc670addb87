import type { Baton, ExecutionDescription, Wait } from '@baton/runtime'
import type { AttributeValues } from '@baton/sdk'
import type { Command } from 'commander'
import type { Act } from '../act.ts'
import { addDatabaseOptions, addPayloadsOption, type DatabaseOptions } from '../database/database-options.ts'
import { plainDescription } from '../database/plain-execution.ts'
import { withClient } from '../database/with-client.ts'
import { failureChain } from '../output/failure-chain.ts'
import { endedAs } from '../errors/ended-as.ts'
import { plainJson } from '../output/plain-json.ts'
import { oneLine } from '../output/printable.ts'
import { statusStyle } from '../output/status-style.ts'
import { fields } from '../output/table.ts'
import { duration, relative } from '../output/times.ts'
import type { Session } from '../session.ts'

/** How an execution ended, if it has. */
interface Outcome {
  readonly output?: unknown
  readonly error?: unknown
}

export function addShow(program: Command, act: Act): void {
  addPayloadsOption(addDatabaseOptions(program.command('show')))
    .description('show what an execution is, where it stands and how it ended')
    .argument('<id>', 'id of the execution')
    .addHelpText('after', '\nExample:\n  $ baton show order-42')
    .action(act(async (session, id: string, options: DatabaseOptions) => {
      const { execution, outcome } = await withClient(session, options, async (baton) => {
        const execution = await baton.handle(id).describe()
        return { execution, outcome: await outcomeOf(baton, execution) }
      })
      if (session.json) session.printJson({ ...plainDescription(execution), ...plainOutcome(session, outcome) })
      else session.print(text(session, execution, outcome, new Date()))
      return 0
    }))
}

async function outcomeOf(baton: Baton, { id, endedAt }: ExecutionDescription): Promise<Outcome> {
  if (!endedAt) return {}
  try {
    return { output: await baton.handle(id).result() }
  } catch (error) {
    const ended = endedAs(error)
    if (!ended) throw error
    return { error: ended.cause }
  }
}

function plainOutcome({ debug }: Session, outcome: Outcome): object {
  return {
    output: plainJson(outcome.output),
    error: plainJson(outcome.error, { stacks: debug }),
  }
}

function text({ paint, debug }: Session, execution: ExecutionDescription, outcome: Outcome, now: Date): string {
  const moment = (time: Date | undefined): string | undefined =>
    time && `${time.toISOString()} ${paint('gray', `(${relative(time, now)})`)}`
  const { id, workflow, version, queue, status, worker, createdAt, startedAt, endedAt, wakesAt, waitsFor, blocked, attributes, memo, parent, runs } = execution
  return fields(
    [
      ['id', oneLine(id)],
      ['workflow', `${workflow} ${paint('gray', `version ${oneLine(version)}`)}`],
      ['status', paint(statusStyle(status), status)],
      ['blocked', blocked && `${blocked.code}: ${oneLine(blocked.reason)}`],
      ['parent', parent && oneLine(parent)],
      ['runs', runs > 1 ? String(runs) : undefined],
      ['queue', queue],
      ['worker', worker && oneLine(worker)],
      ['created', moment(createdAt)],
      ['started', moment(startedAt)],
      ['ended', moment(endedAt)],
      ['took', startedAt && endedAt && duration(endedAt.getTime() - startedAt.getTime())],
      ['wakes', moment(wakesAt)],
      ['waits for', waitsFor && waitsFor.length > 0 ? waitsFor.map((wait) => waitText(wait, now)).join('; ') : undefined],
      ['attributes', attributesText(attributes)],
      ['memo', memo === undefined ? undefined : oneLine(JSON.stringify(plainJson(memo)))],
      ['output', status === 'completed' ? oneLine(JSON.stringify(plainJson(outcome.output))) : undefined],
      ['error', outcome.error === undefined ? undefined : failureChain(outcome.error, debug)],
    ],
    paint,
  )
}

/** `timer sleep, due in 2h`, `step charge, attempt 2, due in 5s`, `child pay, execution order-42/pay`. */
function waitText({ kind, command, dueAt, attempt, execution }: Wait, now: Date): string {
  const parts = [
    command === undefined ? kind : `${kind} ${command}`,
    attempt !== undefined && attempt > 1 ? `attempt ${attempt}` : undefined,
    execution === undefined ? undefined : `execution ${execution}`,
    dueAt === undefined ? undefined : `due ${relative(dueAt, now)}`,
  ]
  return oneLine(parts.filter((part) => part !== undefined).join(', '))
}

/** `name=value` for each, as `baton list --attribute` takes it. */
function attributesText(attributes: AttributeValues): string | undefined {
  const entries = Object.entries(attributes).map(([name, value]) => `${name}=${value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)}`)
  return entries.length === 0 ? undefined : oneLine(entries.join('  '))
}
