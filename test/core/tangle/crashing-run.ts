// The same moments once more, with workers that die in their turns, executions that are parked between them, and inputs that come
// again or too late.
import type { Input } from '../../../packages/runtime/src/core/input.ts'
import type { Delivery } from '../../../packages/runtime/src/worker/actor.ts'
import { type Fault, Machine } from './machine.ts'
import type { Case, Moment, Run } from './run.ts'
import { same } from './same.ts'
import { Choices } from './world.ts'

/** What comes by the inbox, and so can wait there. */
const WAITING = new Set<Input['kind']>(['signal', 'update', 'stop', 'kill', 'child-completed', 'child-failed', 'token', 'token-failed', 'completed', 'failed'])

/** Goes through the moments of a run with faults. */
export async function crashingRun({ plan, choices: given }: Case, { moments }: Run): Promise<Machine> {
  const choices = new Choices(given.toReversed())
  const machine = new Machine(plan)
  await begin(machine, choices)
  let lost = false
  for (let i = 0; i < moments.length && machine.actor;) {
    const batch = batchAt(moments, i, choices)
    const deliveries = batch.map(({ input }, n): Delivery => ({ input, inbox: String(i + n + 1) }))
    machine.now = batch[0]?.now ?? machine.now
    // What was lost comes through the next time: a program is to end.
    const fault: Fault = lost ? undefined : choices.of<Fault>([undefined, undefined, 'before append', 'after append'])
    machine.fault = fault
    const before = machine.drafts.length
    await machine.turn(deliveries)
    if (machine.crashed) {
      lost = fault === 'before append'
      // What waits in the inbox is read with the log; the rest comes again.
      const waiting = lost && batch.every(({ input }) => WAITING.has(input.kind))
      await machine.begin(waiting ? deliveries : [])
      if (lost && !waiting) continue
    }
    lost = false
    same(machine.drafts.slice(before).some(({ consumed }) => consumed.includes(String(i + 1))), true, 'whether it was consumed')
    i += batch.length
    if (machine.actor) await disturb(machine, moments.slice(0, i), choices)
  }
  return machine
}

async function begin(machine: Machine, choices: Choices): Promise<void> {
  machine.fault = choices.of<Fault>([undefined, 'before append', 'after append'])
  await machine.begin()
  if (machine.crashed) await machine.begin()
}

/** Inputs that came at the same time, or some of them. */
function batchAt(moments: readonly Moment[], from: number, choices: Choices): readonly Moment[] {
  let end = from + 1
  const [first] = moments.slice(from)
  while (end < moments.length && moments[end]?.now === first?.now && moments[end]?.run === first?.run && choices.below(2) === 0) end++
  return moments.slice(from, end)
}

/** What comes again, or too late, becomes no event; and a parked execution wakes as it was. */
async function disturb(machine: Machine, past: readonly Moment[], choices: Choices): Promise<void> {
  if (choices.below(4) === 0) await machine.begin()
  if (choices.below(2) > 0 || !machine.actor) return
  const repeated = Array.from({ length: choices.below(4) }, () => choices.of(past)).filter((each) => each !== undefined)
  const { run: { number } } = machine.actor.execution
  const noise = repeated.filter((moment) => !isNew(moment, number)).flatMap(({ input }) => [input, stale(input)])
  const before = machine.drafts.length
  await machine.turn(noise.map((input) => ({ input, inbox: 'noise' })))
  same(machine.drafts.slice(before).flatMap(({ events, commands, items }) => [...events, ...commands, ...items]), [], 'what came of noise')
}

/** The same of an attempt that is over, or of a command that nobody asked for. */
function stale(input: Input): Input {
  if (input.kind === 'failed' || input.kind === 'completed') return { ...input, attempt: input.attempt - 1 }
  return 'command' in input ? { ...input, command: `${input.command}#99` } : input
}

/** An update may have been refused without a trace; and each run can be stopped, or be late. */
function isNew({ input, run }: Moment, current: number): boolean {
  return input.kind === 'update' || ((input.kind === 'stop' || input.kind === 'expired') && run !== current)
}
