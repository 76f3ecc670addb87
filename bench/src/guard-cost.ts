// What the determinism guard costs a replay: node --import tsx --conditions=@baton/source bench/src/guard-cost.ts [rounds]
// Rounds with and without it alternate in one process, so that a slow phase of the machine falls on both. What it costs a
// running system is measured by `npm run bench -- --only W2,W3 --engines baton,baton-unguarded`.
import { ActorSetting, type HistoryEvent, installGuard, macrotask, register, replay } from '@baton/runtime/core'
import { Run, Step, Workflow } from '@baton/sdk'
import { median } from './stats.ts'

const STEPS = 1_000

@Workflow({ name: 'chain' })
class Chain {
  @Step() async step(i: number): Promise<number> {
    return i
  }

  @Run() async run(): Promise<number> {
    let sum = 0
    for (let i = 0; i < STEPS; i++) sum += await this.step(i)
    return sum
  }
}

@Workflow({ name: 'clocked' })
class Clocked {
  @Step() async step(at: number): Promise<number> {
    return at
  }

  @Run() async run(): Promise<number> {
    let sum = 0
    for (let i = 0; i < STEPS; i++) sum += (await this.step(Date.now())) + Math.random()
    return sum
  }
}

const history: readonly HistoryEvent[] = [
  { type: 'ExecutionStarted', input: null, at: 1, start: { seed: 'bench' } },
  ...Array.from({ length: STEPS }, (_, i): HistoryEvent => ({ type: 'StepCompleted', command: i === 0 ? 'step' : `step#${i + 1}`, output: '1', at: i })),
]

const rounds = Number(process.argv[2] ?? 60)
for (const type of [Chain, Clocked]) {
  const [registered] = register([type], undefined).values()
  if (!registered) throw new Error('Nothing was registered.')
  const { name } = registered.definition
  /** Microseconds of processor an event; the machine's other work is not in them. */
  const once = async (): Promise<number> => {
    const begin = process.cpuUsage()
    for (let i = 0; i < 10; i++) await replay(registered.program, history, macrotask, new ActorSetting('bench', registered))
    const { user, system } = process.cpuUsage(begin)
    return (user + system) / (10 * history.length)
  }
  const guarded = async (): Promise<number> => {
    using _guard = installGuard()
    return once()
  }
  const costs: { readonly plain: number; readonly guarded: number }[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) costs.push({ plain: await once(), guarded: await guarded() })
    else costs.push({ guarded: await guarded(), plain: await once() })
  }
  const plain = median(costs.map((cost) => cost.plain))
  const ratio = median(costs.map((cost) => cost.guarded / cost.plain))
  console.log(`${name}: ${plain.toFixed(3)} µs of CPU an event, with the guard × ${ratio.toFixed(3)} (median of ${rounds} pairs)`)
}
