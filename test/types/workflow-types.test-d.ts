import { type InputOf, type OutputOf, type Outputs, Run, Step, Workflow } from '@baton/sdk'
import type { Baton, Handle } from '@baton/runtime'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface Order {
  readonly id: string
  readonly total: number
}

@Workflow({ name: 'order', input: z.object({ id: z.string(), total: z.number() }), output: z.string() })
class OrderWorkflow {
  constructor(private readonly prefix: string) {}

  @Step() async charge(order: Order, at: Date): Promise<{ receipt: string; at: Date }> {
    return { receipt: this.prefix + order.id, at }
  }

  @Run() async run(order: Order): Promise<string> {
    const charge = this.charge(order, new Date(0))
    expectTypeOf(charge).toEqualTypeOf<Promise<{ receipt: string; at: Date }>>()
    // @ts-expect-error the step takes an order first
    await this.charge('o1', new Date(0))
    return (await charge).receipt
  }
}

@Workflow({ name: 'tick' })
class Tick {
  @Run() async run(): Promise<void> {}
}

@Workflow({ name: 'etl' })
class Etl {
  @Step() async extract(input: { readonly day: string }): Promise<string[]> {
    return [input.day]
  }

  @Step({ after: ['extract'] }) async count(up: Outputs<Etl, 'extract'>): Promise<number> {
    expectTypeOf(up.extract).toEqualTypeOf<string[]>()
    return up.extract.length
  }

  @Step({ after: ['extract', 'count'], when: (up: Outputs<Etl, 'count'>, input: { readonly day: string }) => up.count > 0 && input.day !== '' })
  async publish(up: Outputs<Etl, 'extract' | 'count'>): Promise<boolean> {
    expectTypeOf(up).toEqualTypeOf<{ readonly extract: string[]; readonly count: number }>()
    return true
  }
}

describe('the types of a workflow class', () => {
  it('InputOf is what run takes', () => {
    expectTypeOf<InputOf<typeof OrderWorkflow>>().toEqualTypeOf<Order>()
    expectTypeOf<InputOf<typeof Etl>>().toEqualTypeOf<unknown>()
  })

  it('InputOf needs nothing of a run without parameters', () => {
    expectTypeOf<undefined>().toExtend<InputOf<typeof Tick>>()
  })

  it('OutputOf is what run returns, or the outputs by name', () => {
    expectTypeOf<OutputOf<typeof OrderWorkflow>>().toEqualTypeOf<string>()
    expectTypeOf<OutputOf<typeof Tick>>().toEqualTypeOf<void>()
    expectTypeOf<OutputOf<typeof Etl>>().toEqualTypeOf<Readonly<Record<string, unknown>>>()
  })

  it('Outputs knows the steps of the class only', () => {
    // @ts-expect-error no such step
    expectTypeOf<Outputs<Etl, 'extrakt'>>().not.toBeAny()
  })
})

declare const baton: Baton

describe('the client', () => {
  it('starts by class with that class’s input and output', () => {
    expectTypeOf(baton.start(OrderWorkflow, { input: { id: 'a', total: 1 } })).toEqualTypeOf<Promise<Handle<string, OrderWorkflow>>>()
    expectTypeOf(baton.execute(OrderWorkflow, { input: { id: 'a', total: 1 } })).toEqualTypeOf<Promise<string>>()
    expectTypeOf(baton.handle(OrderWorkflow, 'id').result()).toEqualTypeOf<Promise<string>>()
  })

  it('refuses another input', () => {
    // @ts-expect-error total is missing
    void baton.start(OrderWorkflow, { input: { id: 'a' } })
    // @ts-expect-error the input is missing
    void baton.start(OrderWorkflow, { id: 'a' })
    expectTypeOf<InputOf<typeof OrderWorkflow>>().not.toBeAny()
  })

  it('starts by name with anything, and knows nothing of the result', () => {
    expectTypeOf(baton.start('order', { input: 5 })).toEqualTypeOf<Promise<Handle<unknown>>>()
    expectTypeOf(baton.handle('id').result()).toEqualTypeOf<Promise<unknown>>()
  })
})
