import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WaitingLine } from '../../packages/runtime/src/worker/waiting-line.ts'

interface Item {
  readonly id: number
  readonly priority: number
  readonly since: number
  readonly movable: boolean
}

/** The line as a list that is sorted whenever somebody asks. */
class Model {
  #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  add(item: Item): void {
    this.#items.push(item)
    this.#items.sort((a, b) => b.priority - a.priority || a.id - b.id)
  }

  take(): Item | undefined {
    return this.#items.shift()
  }

  takeOlder(since: number, matches: (item: Item) => boolean): readonly Item[] {
    const taken = this.#items.filter((item) => matches(item) && item.since <= since)
    this.#items = this.#items.filter((item) => !taken.includes(item))
    return taken
  }

  remove(matches: (item: Item) => boolean): number {
    return this.takeOlder(Number.POSITIVE_INFINITY, matches).length
  }
}

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), priority: fc.integer({ min: -2, max: 2 }), movable: fc.boolean(), after: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  fc.record({ do: fc.constant('stale' as const), age: fc.nat(6) }),
  fc.record({ do: fc.constant('remove' as const), priority: fc.integer({ min: -2, max: 2 }) }),
)

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

/** What the line, or its model, answers. */
function doTo(line: WaitingLine<Item> | Model, step: Action, id: number, now: number): unknown {
  if (step.do === 'add') return line.add({ id, priority: step.priority, since: now, movable: step.movable }, step.priority, now)
  if (step.do === 'take') return line.take()
  if (step.do === 'stale') return line.takeOlder(now - step.age, ({ movable }) => movable)
  return line.remove(({ priority }) => priority === step.priority)
}

it('is a list sorted by priority and arrival, whatever happens in which order', () => {
  fc.assert(fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
    const line = new WaitingLine<Item>()
    const model = new Model()
    let now = 0
    let id = 0
    for (const step of actions) {
      if (step.do === 'add') {
        now += step.after
        id++
      }
      expect(doTo(line, step, id, now)).toEqual(doTo(model, step, id, now))
      expect(line.size).toBe(model.size)
    }
  }))
})
