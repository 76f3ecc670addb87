import { type AttributesOf, Run, setAttributes, Workflow } from '@baton/sdk'
import type { Baton } from '@baton/runtime'
import type { TestEnvironment } from '@baton/testing'
import { describe, expectTypeOf, it } from 'vitest'

@Workflow({ name: 'order' })
class OrderWorkflow {
  static readonly attributes = { customer: 'keyword', total: 'number', due: 'datetime', tags: 'keywords', vip: 'boolean' } as const

  @Run() async run(id: string): Promise<string> {
    return id
  }
}

@Workflow({ name: 'plain' })
class Plain {
  @Run() async run(id: string): Promise<string> {
    return id
  }
}

declare const baton: Baton
declare const env: TestEnvironment
const due = new Date(0)

describe('search attributes', () => {
  it('are those the class declares', () => {
    expectTypeOf<AttributesOf<typeof OrderWorkflow>>().toEqualTypeOf<{
      readonly customer?: string | undefined
      readonly total?: number | undefined
      readonly due?: Date | undefined
      readonly tags?: readonly string[] | undefined
      readonly vip?: boolean | undefined
    }>()
  })

  it('must say what they are', () => {
    // @ts-expect-error without `as const` it is any text
    @Workflow({ name: 'wide' })
    class Wide {
      static readonly attributes = { customer: 'keyword' }
      @Run() async run(): Promise<void> {}
    }
    // @ts-expect-error no such type
    @Workflow({ name: 'wrong' })
    class Wrong {
      static readonly attributes = { customer: 'text' } as const
      @Run() async run(): Promise<void> {}
    }
    expectTypeOf<[Wide, Wrong]>().toBeArray()
  })

  it('are checked at a start by class', () => {
    expectTypeOf(baton.start<typeof OrderWorkflow>).parameter(1).toHaveProperty('memo')
    void baton.start(OrderWorkflow, { input: 'a', attributes: { customer: 'Ann', total: 5, due, tags: ['a'], vip: true }, memo: { any: 'thing' } })
    void env.start(OrderWorkflow, { input: 'a', attributes: { customer: 'Ann' } })
    // @ts-expect-error a number
    void baton.start(OrderWorkflow, { input: 'a', attributes: { total: '5' } })
    // @ts-expect-error not declared
    void baton.execute(OrderWorkflow, { input: 'a', attributes: { custmer: 'Ann' } })
    // @ts-expect-error not declared
    void env.start(OrderWorkflow, { input: 'a', attributes: { custmer: 'Ann' } })
    // @ts-expect-error the class declares none
    void baton.start(Plain, { input: 'a', attributes: { customer: 'Ann' } })
  })

  it('of a start by name are any', () => {
    expectTypeOf(baton.start('order', { input: 'a', attributes: { customer: 'Ann', total: 5 } })).resolves.toHaveProperty('id')
    // @ts-expect-error no value of an attribute
    void baton.start('order', { input: 'a', attributes: { customer: { name: 'Ann' } } })
  })
})

describe('setAttributes', () => {
  it('takes what the class declares, and null for what is to go', () => {
    expectTypeOf(setAttributes(OrderWorkflow, { customer: 'Ann', total: null, tags: ['a'], vip: undefined })).toBeVoid()
    // @ts-expect-error a number
    setAttributes(OrderWorkflow, { total: '5' })
    // @ts-expect-error not declared
    setAttributes(OrderWorkflow, { custmer: 'Ann' })
    // @ts-expect-error the class declares none
    setAttributes(Plain, { customer: 'Ann' })
  })
})

describe('filters', () => {
  it('of a class fit what it declares', () => {
    expectTypeOf(baton.list<typeof OrderWorkflow>).returns.resolves.toHaveProperty('next')
    void baton.list({ workflow: OrderWorkflow, attributes: { customer: 'Ann', total: { gte: 1, lt: 2 }, due: { lt: due }, tags: { contains: 'a' }, vip: false } })
    void baton.count({ workflow: OrderWorkflow, attributes: { customer: { startsWith: 'A' }, total: 5, due } })
    void baton.listAll({ workflow: OrderWorkflow, attributes: { vip: true }, orderBy: { attribute: 'total' } })
    // @ts-expect-error not declared
    void baton.list({ workflow: OrderWorkflow, attributes: { custmer: 'Ann' } })
    // @ts-expect-error a keyword has no range
    void baton.list({ workflow: OrderWorkflow, attributes: { customer: { gte: 5 } } })
    // @ts-expect-error bounds of another type
    void baton.list({ workflow: OrderWorkflow, attributes: { total: { gte: due } } })
    // @ts-expect-error several keywords are asked for one
    void baton.count({ workflow: OrderWorkflow, attributes: { tags: 'a' } })
  })

  it('of a name, or of none, are any', () => {
    expectTypeOf(baton.count).returns.resolves.toBeNumber()
    void baton.list({ workflow: 'order', attributes: { anything: 'a', other: { gt: 1 } } })
    void baton.list({ attributes: { anything: true, tags: { contains: 'a' } }, status: ['failed', 'blocked'] })
    // @ts-expect-error no such status
    void baton.list({ status: 'gone' })
  })
})
