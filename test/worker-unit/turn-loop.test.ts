import { describe, expect, it } from 'vitest'
import { noBehaviour } from '../../packages/runtime/src/core/behaviour.ts'
import { fromRow } from '../../packages/runtime/src/core/event-row.ts'
import type { Program } from '../../packages/runtime/src/core/execution.ts'
import { replay } from '../../packages/runtime/src/core/replay.ts'
import { Actor } from '../../packages/runtime/src/worker/actor.ts'
import type { TurnDraft } from '../../packages/runtime/src/worker/turn-draft.ts'
import { macrotask, TurnLoop } from '../../packages/runtime/src/worker/turn-loop.ts'
import { commandLine, done, flow, started } from '../core/scenario.ts'
import { gated, Gates } from './gated-steps.ts'

async function actorOf(id: string, program: Program): Promise<Actor> {
  return new Actor(id, gated(new Gates()), await replay(program, [started()], macrotask), { seq: 1 })
}

/** A loop whose turns are committed at once. */
function loop(): { turns: TurnLoop; drafts: (TurnDraft & { actor: string })[]; broken: string[] } {
  const drafts: (TurnDraft & { actor: string })[] = []
  const broken: string[] = []
  const turns = new TurnLoop({
    now: () => 1_000_000,
    commit: (actor) => {
      drafts.push({ actor: actor.id, ...actor.takeTurn() })
      turns.release(actor)
    },
    broken: (actor) => {
      actor.dropped = true
      broken.push(actor.id)
    },
  })
  return { turns, drafts, broken }
}

const sequence = flow(async ({ step }) => {
  await step('a')
  return step('b')
})
const parallel = flow(async ({ step }) => {
  await Promise.all([step('a'), step('b')])
  return step('c')
})

describe('a turn', () => {
  it('asks for what is open, first of all', async () => {
    const { turns, drafts } = loop()
    turns.begin(await actorOf('x', sequence))
    await turns.idle()
    expect(drafts.map(({ events, commands }) => ({ events, commands: commands.map(commandLine) }))).toEqual([{ events: [], commands: ['a()'] }])
  })

  it('is of the time at which its input came, however long that waited, and no event is older than the one before it', async () => {
    let now = 1_000_000.5
    const drafts: TurnDraft[] = []
    const turns = new TurnLoop({
      now: () => now,
      commit: (actor) => {
        drafts.push(actor.takeTurn())
        turns.release(actor)
      },
      broken: (_, error) => {
        throw error
      },
    })
    const actor = await actorOf('x', flow(async ({ step, sleep }) => {
      await step('a')
      await sleep(100)
      return step('b')
    }))
    turns.begin(actor)
    await turns.idle()
    turns.offer(actor, { input: done('a', 1) })
    now += 50
    await turns.idle()
    now -= 1_000
    turns.offer(actor, { input: { kind: 'timer', command: 'sleep' } })
    await turns.idle()
    expect(drafts.flatMap(({ events }) => events.map(({ type, at, payload }) => [type, at, type === 'TimerStarted' ? payload : undefined]))).toEqual([
      ['StepCompleted', 1_000_000, undefined],
      ['TimerStarted', 1_000_000, JSON.stringify({ dueAt: 1_000_100.5 })],
      ['TimerFired', 1_000_000, undefined],
    ])
  })

  it('holds all inputs that waited, in order, and what followed from each', async () => {
    const { turns, drafts } = loop()
    const actor = await actorOf('x', parallel)
    turns.begin(actor)
    await turns.idle()
    turns.offer(actor, { input: done('b', 2) })
    turns.offer(actor, { input: done('a', 1), inbox: '7' })
    await turns.idle()
    expect(drafts).toHaveLength(2)
    expect(drafts[1]?.events.map(({ seq, type, command }) => ({ seq, type, command }))).toEqual([
      { seq: 2, type: 'StepCompleted', command: 'b' },
      { seq: 3, type: 'StepCompleted', command: 'a' },
    ])
    expect(drafts[1]?.consumed).toEqual(['7'])
    expect(drafts[1]?.commands.map(commandLine)).toEqual(['c()'])
  })

  it('consumes the row of an input without effect', async () => {
    const { turns, drafts } = loop()
    const actor = await actorOf('x', sequence)
    turns.offer(actor, { input: done('never'), inbox: '9' })
    await turns.idle()
    expect(drafts[0]).toMatchObject({ events: [], consumed: ['9'] })
  })

  it('ends with the terminal event, and asks for nothing', async () => {
    const { turns, drafts } = loop()
    const actor = await actorOf('x', flow(async ({ step }) => Promise.race([step('a'), step('b')])))
    turns.begin(actor)
    await turns.idle()
    turns.offer(actor, { input: done('a', 1) })
    await turns.idle()
    expect(drafts[1]?.events.map(({ type }) => type)).toEqual(['StepCompleted', 'ExecutionCompleted'])
    expect(drafts[1]).toMatchObject({ end: { execution: 'x', status: 'completed' }, commands: [] })
  })

  it('is shared by no other actor: what breaks one leaves the others', async () => {
    const { turns, drafts, broken } = loop()
    const bad = await actorOf('bad', sequence)
    bad.execution.collect = () => {
      throw new Error('broken')
    }
    turns.begin(bad)
    turns.begin(await actorOf('good', sequence))
    await turns.idle()
    expect({ broken, drafts: drafts.map(({ actor }) => actor) }).toEqual({ broken: ['bad'], drafts: ['good'] })
  })

  // Known to fail: the actor keeps what it collected between two inputs of a turn. Make it a plain `it` with the mend in actor.ts.
  it('asks, after a takeover, for no step whose outcome came in the same turn', async () => {
    const { turns, drafts } = loop()
    const actor = await actorOf('x', parallel)
    for (const name of ['a', 'b']) actor.offer({ input: done(name), inbox: name })
    turns.begin(actor)
    await turns.idle()
    expect(drafts.map(({ commands }) => commands.map(commandLine))).toEqual([['c()']])
  })

  it.each(['a condition', 'a token'])('lets the program run on with %s before it delivers the next input, as a replay does', async (what) => {
    const words: unknown[] = []
    const seen: unknown[] = []
    const program: Program = async (execution) => {
      const { root } = execution
      execution.behave({ ...noBehaviour, listens: true, signal: (_, [word]) => void words.push(word) })
      if (what === 'a token') await root.token('review')
      else await root.condition(() => words.length > 0, undefined)
      seen.push([...words])
      await root.condition(() => words.length > 2, undefined)
    }
    const { turns, drafts } = loop()
    const actor = await actorOf('x', program)
    for (const id of ['a', 'b', 'c']) actor.offer({ input: { kind: 'signal', id, name: 'say', args: JSON.stringify([id]) } })
    turns.begin(actor)
    await turns.idle()
    const [live] = seen.splice(0)
    words.length = 0
    await replay(program, [started(), ...(drafts[0]?.events ?? []).map(fromRow)], macrotask)
    expect(live).toEqual(seen[0])
  })

  it('asks the next condition only when the program has run on with the last', async () => {
    const words: unknown[] = []
    const program: Program = async (execution) => {
      const { root } = execution
      execution.behave({ ...noBehaviour, listens: true, signal: (_, [word]) => void words.push(word) })
      const take = async (): Promise<unknown> => {
        await root.condition(() => words.length > 0, undefined)
        return words.shift()
      }
      return Promise.all([take(), take()])
    }
    const { turns, drafts } = loop()
    const actor = await actorOf('x', program)
    turns.begin(actor)
    for (const id of ['a', 'b']) {
      await turns.idle()
      turns.offer(actor, { input: { kind: 'signal', id, name: 'say', args: JSON.stringify([id]) } })
    }
    await turns.idle()
    expect(drafts.at(-1)?.last).toMatchObject({ type: 'ExecutionCompleted', output: '["a","b"]' })
  })
})
