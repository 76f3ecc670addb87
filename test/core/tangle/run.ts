// A program in a world that nothing goes wrong in: what came in when, and how things stood after each turn.
import type { Command } from '../../../packages/runtime/src/core/command.ts'
import type { Execution } from '../../../packages/runtime/src/core/execution.ts'
import type { Input } from '../../../packages/runtime/src/core/input.ts'
import type { LogRow } from '../../../packages/testing/src/environment/recorded-log.ts'
import { Machine } from './machine.ts'
import type { Plan } from './node.ts'
import type { Observation } from './tangle.ts'
import { Choices, World } from './world.ts'

export interface Moment {
  readonly input: Input
  readonly now: number
  readonly run: number
}

/** How things stood after a turn. */
export interface Stand {
  readonly waits: ReturnType<Execution['waits']>
  /** What a new owner would have to do, by what was asked for so far. */
  readonly wanted: readonly Command[]
  readonly seen: readonly Observation[]
  readonly historyLength: number
}

export interface Case {
  readonly plan: Plan
  readonly choices: readonly number[]
}

const MAX_INPUTS = 30
const MAX_KIND = 40

export interface Run {
  readonly machine: Machine
  readonly moments: readonly Moment[]
}

/** Runs the program; `each` looks at it after every turn that did not end it. */
export async function run({ plan, choices: given }: Case, each: (machine: Machine) => Promise<void> = async () => {}): Promise<Run> {
  const choices = new Choices(given)
  const world = new World(choices)
  const machine = new Machine(plan)
  const moments: Moment[] = []
  await machine.begin()
  for (let i = 0; machine.actor && i < MAX_INPUTS + MAX_KIND; i++) {
    await each(machine)
    const { execution } = machine.actor
    const input = i < MAX_INPUTS ? world.next(execution) : world.kind(execution)
    if (!input) break
    // Time stands still between inputs of one moment, and goes back a little when another worker's clock is behind.
    if (choices.below(3) > 0) machine.now += choices.below(50) - 5.5
    moments.push({ input, now: machine.now, run: execution.run.number })
    await machine.turn([{ input, inbox: String(moments.length) }])
  }
  if (machine.actor) await each(machine)
  return { machine, moments }
}

/** How an execution stands. */
export function standOf(execution: Execution, seen: readonly Observation[], wanted: readonly Command[]): Stand {
  return { waits: execution.waits(), wanted, seen, historyLength: execution.root.info.historyLength }
}

/** What a new owner would have to do, known from what was asked for before. */
export function stillWanted({ asked, log }: Machine, execution: Execution): Command[] {
  const started = new Set(log.run().filter(({ type }) => type === 'ChildStarted').map(({ command }) => command))
  return execution.waits().flatMap(({ kind, command }) => {
    if (command === undefined) return []
    const commands: Command[] = []
    const abort = asked.get(`abort ${kind} ${command}`)
    if (abort?.kind === 'abort' && abort.waits) {
      commands.push(abort)
      if (kind === 'step') return commands
    }
    const own = asked.get(command)
    if (own && !(kind === 'child' && started.has(command))) commands.push(own)
    return commands
  })
}

/** The logs of iterations that are open. */
export function openLanes(rows: readonly LogRow[], execution: Execution): ReadonlySet<string> {
  const open = execution.waits().filter(({ kind }) => kind === 'iteration').map(({ command }) => command ?? '')
  return new Set([...open, ...rows.flatMap(({ lane }) => lane ?? [])])
}
