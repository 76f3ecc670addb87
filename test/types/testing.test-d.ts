// What must not compile stands under @ts-expect-error: an error that disappears is an error.
import '@baton/testing/vitest'
import { Query, Run, Signal, Step, Update, Workflow } from '@baton/sdk'
import type { Baton, HistoryRecord } from '@baton/runtime'
import { type ExportedHistory, exportHistories, exportHistory, given, replay, type StepCall, type StepMock, type StepName, type TestEnvironment, type TestHandle, type Turn, type WorkflowMock } from '@baton/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'

interface Order {
  readonly id: string
}

@Workflow({ name: 'order' })
class OrderWorkflow {
  readonly version = 1

  constructor(private readonly prefix: string) {}

  @Step() async charge(order: Order, at: Date): Promise<{ receipt: string }> {
    return { receipt: this.prefix + order.id + at.toISOString() }
  }

  @Step() async pack(...items: string[]): Promise<number> {
    return items.length
  }

  helper(): number {
    return 1
  }

  @Run() async run(order: Order): Promise<string> {
    return (await this.charge(order, new Date(0))).receipt
  }
}

declare const env: TestEnvironment

describe('mocks', () => {
  it('know the steps of the class', () => {
    expectTypeOf<StepName<typeof OrderWorkflow>>().toEqualTypeOf<'charge' | 'pack'>()
    // @ts-expect-error no such step
    env.mock(OrderWorkflow, 'chrge')
    // @ts-expect-error run is no step
    env.mock(OrderWorkflow, 'run')
    // @ts-expect-error a plain method is no step
    env.mock(OrderWorkflow, 'helper')
    // @ts-expect-error nor is a field
    env.calls(OrderWorkflow, 'version')
  })

  it('are typed as the method', () => {
    const mock = env.mock(OrderWorkflow, 'charge', async (order, at) => {
      expectTypeOf(order).toEqualTypeOf<Order>()
      expectTypeOf(at).toEqualTypeOf<Date>()
      return { receipt: order.id }
    })
    expectTypeOf(mock).toEqualTypeOf<StepMock<[order: Order, at: Date], { receipt: string }>>()
    env.mock(OrderWorkflow, 'charge').fails(new Error('down'), { times: 2 }).returns({ receipt: 'r' }, { delay: '5m' })
    env.mock(OrderWorkflow, 'pack', async (...items) => items.length)
    // @ts-expect-error it returns a receipt
    env.mock(OrderWorkflow, 'charge', async () => 5)
    // @ts-expect-error it takes an order first
    env.mock(OrderWorkflow, 'charge', async (order: number) => ({ receipt: String(order) }))
    // @ts-expect-error a step is async
    env.mock(OrderWorkflow, 'charge', () => ({ receipt: 'r' }))
    // @ts-expect-error a receipt is needed
    env.mock(OrderWorkflow, 'charge').returns({})
    // @ts-expect-error one of them is no receipt
    env.mock(OrderWorkflow, 'charge').returnsInTurn([{ receipt: 'r' }, 5])
    // @ts-expect-error no such unit
    env.mock(OrderWorkflow, 'charge').mockDelay('5 minutes')
  })

  it('record calls with the step’s arguments', () => {
    expectTypeOf(env.calls(OrderWorkflow, 'charge')).toEqualTypeOf<readonly StepCall<[order: Order, at: Date]>[]>()
    expectTypeOf(env.calls(OrderWorkflow, 'pack')[0]?.args).toEqualTypeOf<string[] | undefined>()
  })
})

describe('the environment', () => {
  it('starts with the class’s input and ends with its output', () => {
    expectTypeOf(env.start(OrderWorkflow, { input: { id: 'o1' } })).toEqualTypeOf<Promise<TestHandle<string, OrderWorkflow>>>()
    expectTypeOf(env.execute(OrderWorkflow, { id: 'x', input: { id: 'o1' } })).toEqualTypeOf<Promise<string>>()
    expectTypeOf<ReturnType<TestHandle<string>['history']>>().toEqualTypeOf<Promise<readonly HistoryRecord[]>>()
    // @ts-expect-error another input
    void env.execute(OrderWorkflow, { input: { name: 'o1' } })
    // @ts-expect-error by class, not by name
    void env.execute('order', { input: { id: 'o1' } })
    // @ts-expect-error no such unit
    void env.advance('1 hour')
  })
})

declare const baton: Baton

@Workflow({ name: 'cart' })
class Cart {
  @Signal() add(item: string, count: number): void {
    void [item, count]
  }

  @Update() async checkOut(card: string): Promise<{ total: number }> {
    return { total: card.length }
  }

  @Query() items(): readonly string[] {
    return []
  }

  @Run() async run(of: { customer: string }): Promise<number> {
    return of.customer.length
  }
}

describe('a handle', () => {
  it('sends what the class’s methods take, and gets what they return, as a client’s does', () => {
    const cart = env.handle(Cart, 'c1')
    const real = baton.handle(Cart, 'c1')
    expectTypeOf(cart.signal('add', 'lamp', 2)).toEqualTypeOf<Promise<void>>()
    expectTypeOf(cart.update('checkOut', '4242')).toEqualTypeOf(real.update('checkOut', '4242'))
    expectTypeOf(cart.update('checkOut', '4242')).toEqualTypeOf<Promise<{ total: number }>>()
    expectTypeOf(cart.query('items')).toEqualTypeOf<Promise<readonly string[]>>()
    expectTypeOf(cart.waitsFor()).toEqualTypeOf(real.waitsFor())
    // @ts-expect-error another argument
    void cart.signal('add', 'lamp', 'two')
    // @ts-expect-error no such method
    void cart.signal('remove', 'lamp')
    // @ts-expect-error no handler
    void cart.update('run', { customer: 'ann' })
    void env.signalWithStart(Cart, { id: 'c1', input: { customer: 'ann' }, signal: { name: 'add', args: ['lamp', 1] } })
    // @ts-expect-error another argument
    void env.signalWithStart(Cart, { id: 'c1', input: { customer: 'ann' }, signal: { name: 'add', args: ['lamp'] } })
    expectTypeOf(env.updateWithStart(Cart, { id: 'c1', input: { customer: 'ann' }, update: { name: 'checkOut', args: ['4242'] } })).toEqualTypeOf<Promise<{ total: number }>>()
  })

  it('of a mocked workflow is of its class still', () => {
    expectTypeOf(env.mockWorkflow(Cart)).toEqualTypeOf<WorkflowMock<{ customer: string }, number>>()
    env.mockWorkflow(Cart, async ({ customer }) => customer.length).returns(5, { delay: '1d' })
    // @ts-expect-error another result
    env.mockWorkflow(Cart).returns('five')
    expectTypeOf(env.executions(Cart)).toEqualTypeOf<readonly TestHandle<number, Cart>[]>()
  })
})

/** As `import … with { type: 'json' }` types a file. */
const recorded = {
  batonHistory: 1,
  workflow: 'order',
  version: '1',
  id: 'order-42',
  events: [
    { seq: 1, at: '2026-01-01T00:00:00.000Z', type: 'ExecutionStarted', payload: { id: 'o1' } },
    { seq: 2, at: '2026-01-01T00:00:00.000Z', type: 'StepCompleted', command: 'charge', payload: null },
  ],
}

describe('histories', () => {
  it('come from handles, exports, text and imported JSON', () => {
    expectTypeOf(exportHistory(baton.handle('id'))).toEqualTypeOf<Promise<ExportedHistory>>()
    expectTypeOf(exportHistories(baton, { workflow: OrderWorkflow, limit: 5 })).toEqualTypeOf<Promise<readonly ExportedHistory[]>>()
    expectTypeOf(recorded).toExtend<Parameters<typeof replay>[0]>()
    expectTypeOf<string>().toExtend<Parameters<typeof replay>[0]>()
    // @ts-expect-error what people see of a history is not all of it
    void replay([] as readonly HistoryRecord[], OrderWorkflow)
    // @ts-expect-error a number is no history
    void replay(5, OrderWorkflow)
    expectTypeOf(given(OrderWorkflow).when()).toEqualTypeOf<Promise<Turn>>()
  })
})

describe('the matchers', () => {
  it('are methods of expect, to be awaited', () => {
    expectTypeOf(expect(env).toHaveCompletedWith(5)).toEqualTypeOf<Promise<void>>()
    expectTypeOf(expect(env).not.toHaveFailedWith(RangeError)).toEqualTypeOf<Promise<void>>()
    expectTypeOf(expect(env).toHaveRunSteps(['charge'])).toEqualTypeOf<Promise<void>>()
    expectTypeOf(expect(env).toHaveBeenStopped()).toEqualTypeOf<Promise<void>>()
    expectTypeOf(expect(env).toHaveTimedOut()).toEqualTypeOf<Promise<void>>()
    expectTypeOf(expect(env).toWaitFor('sleep')).toEqualTypeOf<Promise<void>>()
    // @ts-expect-error nothing waits for that
    void expect(env).toWaitFor({ kind: 'weather' })
    // @ts-expect-error steps are named
    void expect(env).toHaveRunSteps([1])
    // @ts-expect-error a number matches no error
    void expect(env).toHaveFailedWith(5)
  })
})
