// What must not compile stands under @ts-expect-error: an error that disappears is an error.
import { ApplicationError, type Duration, PlatformError, Run, Step, Workflow } from '@baton/sdk'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface Tree {
  readonly value: number
  readonly children: readonly Tree[]
  readonly parent?: Tree
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

interface Folder {
  readonly at?: Date
  readonly folders: Map<string, Folder>
  readonly links: ReadonlySet<Folder>
}

enum Color {
  Red = 'red',
}

describe('a step takes and returns what survives the log', () => {
  it('so all of these compile', () => {
    class Accepted {
      @Step() async none(): Promise<void> {}
      @Step() async primitives(a: string, b: number, c: boolean, d: bigint, e: null): Promise<undefined> { return void [a, b, c, d, e] }
      @Step() async date(a: Date): Promise<Date> { return a }
      @Step() async map(a: Map<string, Date>): Promise<ReadonlyMap<number, Set<bigint>>> { return new Map([[a.size, new Set([1n])]]) }
      @Step() async set(a: ReadonlySet<Date>): Promise<Set<string>> { return new Set([String(a.size)]) }
      @Step() async bytes(a: Uint8Array, b: Float64Array): Promise<Buffer> { return Buffer.from([a.length, b.length]) }
      @Step() async leaves(a: RegExp, b: URL): Promise<Error> { return new Error(a.source + b.href) }
      @Step() async recursive(a: Tree): Promise<Tree> { return a }
      @Step() async json(a: Json): Promise<Json> { return a }
      @Step() async recursiveMap(a: Folder): Promise<Folder> { return a }
      @Step() async readonly(a: readonly string[], b: Readonly<Record<string, number>>): Promise<readonly [string, number?]> { return [a[0] ?? '', b['x'] ?? 0] }
      @Step() async optional(a?: string, b = 5): Promise<{ a?: string | undefined; b: number }> { return { a, b } }
      @Step() async rest(...parts: string[]): Promise<string> { return parts.join('') }
      @Step() async union(a: { kind: 'a'; at: Date } | { kind: 'b'; n: bigint }): Promise<'a' | 'b' | undefined> { return a.kind }
      @Step() async unknown(a: unknown): Promise<unknown> { return a }
      @Step() async enums(a: Color): Promise<Color> { return a }
      @Step() async nested(a: { list: { at: Date; tags?: Set<string> }[] }): Promise<Map<string, { deep: [bigint, Date] }>> { return new Map([['x', { deep: [BigInt(a.list.length), new Date(0)] }]]) }
    }
    expectTypeOf<Accepted['date']>().toEqualTypeOf<(a: Date) => Promise<Date>>()
  })

  it('so none of these does', () => {
    class WithMethods {
      value = 1
      double(): number { return this.value * 2 }
    }
    class Refused {
      // @ts-expect-error a step must be async
      @Step() notAsync(): number { return 1 }
      // @ts-expect-error a step is awaited, not iterated
      @Step() async *generator(): AsyncGenerator<number> { yield 1 }
      // @ts-expect-error a callback does not survive
      @Step() async callback(then: () => void): Promise<void> { then() }
      // @ts-expect-error nor does a function deep inside
      @Step() async deepCallback(a: { options: { done?: () => void } }): Promise<void> { a.options.done?.() }
      // @ts-expect-error nor one in a Map
      @Step() async callbacks(a: Map<string, () => void>): Promise<void> { a.clear() }
      // @ts-expect-error nor one beside an unknown
      @Step() async afterUnknown(a: unknown, then: () => void): Promise<void> { then(); void a }
      // @ts-expect-error nor one in an array or a tuple
      @Step() async listed(a: (() => void)[]): Promise<[string, () => void]> { return ['', a[0] ?? ((): void => {})] }
      // @ts-expect-error a symbol does not survive
      @Step() async symbol(): Promise<symbol> { return Symbol('s') }
      // @ts-expect-error an instance loses its methods
      @Step() async instance(): Promise<WithMethods> { return new WithMethods() }
      // @ts-expect-error a promise inside the result
      @Step() async promise(): Promise<{ later: Promise<number> }> { return { later: Promise.resolve(1) } }
      // @ts-expect-error a WeakMap cannot be read
      @Step() async weak(a: WeakMap<object, string>): Promise<boolean> { return a.has({}) }
    }
    expectTypeOf<Refused>().toBeObject()
  })
})

describe('what can be decorated', () => {
  it('is a plain method', () => {
    class Members {
      // @ts-expect-error not static
      @Step() static async onClass(): Promise<void> {}
      // @ts-expect-error not private
      @Step() async #hidden(): Promise<void> {}
      // @ts-expect-error not named by a symbol
      @Step() async [Symbol.asyncDispose](): Promise<void> {}
      // @ts-expect-error not a field
      @Step() field = async (): Promise<void> => {}
      // @ts-expect-error not a getter
      @Step() get value(): Promise<void> { return this.#hidden() }
    }
    expectTypeOf<Members>().toBeObject()
  })

  it('and its compensation takes what it returned and was given', () => {
    class Saga {
      @Step({ compensate: 'refund' }) async charge(cents: number, currency: string): Promise<{ id: string }> { return { id: `${cents}${currency}` } }
      @Step({ compensate: 'refundAll' }) async chargeAll(): Promise<{ id: string }> { return { id: '' } }
      @Step({ retry: { maxAttempts: 9 }, compensate: 'forget' }) async note(text: string): Promise<void> { void text }
      // @ts-expect-error the output is an id, not a number
      @Step({ compensate: 'refundNumber' }) async wrongOutput(): Promise<{ id: string }> { return { id: '' } }
      // @ts-expect-error the second parameter is the first argument, which is text
      @Step({ compensate: 'refund' }) async wrongArgument(cents: string): Promise<{ id: string }> { return { id: cents } }
      // @ts-expect-error more than there is to give
      @Step({ compensate: 'refund' }) async tooFew(): Promise<{ id: string }> { return { id: '' } }
      @Step() async refund(charge: { id: string }, cents: number): Promise<void> { void [charge, cents] }
      @Step() async refundAll(charge: { id: string }): Promise<void> { void charge }
      @Step() async refundNumber(charge: number): Promise<void> { void charge }
      @Step() async forget(): Promise<void> {}
    }
    expectTypeOf<Saga>().toBeObject()
  })

  it('as the program is the method run', () => {
    class Programs {
      // @ts-expect-error the program is the method run
      @Run() async main(): Promise<void> {}
    }
    class NotAsync {
      // @ts-expect-error run must be async
      @Run() run(): number { return 1 }
    }
    class Unserializable {
      // @ts-expect-error run must return what can be serialized
      @Run() async run(): Promise<() => void> { return () => {} }
    }
    expectTypeOf<[Programs, NotAsync, Unserializable]>().toBeArray()
  })

  it('as a workflow is a class that fits its schemas', () => {
    // @ts-expect-error run takes a string where the schema makes a number
    @Workflow({ name: 'wrong-input', input: z.object({ id: z.number() }) })
    class WrongInput {
      @Run() async run(order: { id: string }): Promise<string> { return order.id }
    }
    // @ts-expect-error run returns a number where the schema wants text
    @Workflow({ name: 'wrong-output', output: z.string() })
    class WrongOutput {
      @Run() async run(): Promise<number> { return 1 }
    }
    // The schema's output counts, after its transforms and defaults.
    @Workflow({ name: 'transformed', input: z.object({ day: z.coerce.date(), pages: z.number().default(1) }) })
    class Transformed {
      @Run() async run(input: { day: Date; pages: number }): Promise<number> { return input.pages }
    }
    // A run that asks for less than the schema gives.
    @Workflow({ name: 'less', input: z.object({ a: z.string(), b: z.string() }) })
    class Less {
      @Run() async run(input: { a: string }): Promise<string> { return input.a }
    }
    // @ts-expect-error a name is needed
    @Workflow({})
    class Nameless {
      @Run() async run(): Promise<void> {}
    }
    expectTypeOf<[WrongInput, WrongOutput, Transformed, Less, Nameless]>().toBeArray()
  })
})

describe('options', () => {
  it('take durations with a unit', () => {
    expectTypeOf<'30s'>().toExtend<Duration>()
    expectTypeOf<'1.5h'>().toExtend<Duration>()
    expectTypeOf<250>().toExtend<Duration>()
    expectTypeOf<'30'>().not.toExtend<Duration>()
    expectTypeOf<'5y'>().not.toExtend<Duration>()
  })

  it('take error classes beside names, abstract ones and those with arguments of their own too', () => {
    abstract class Declined extends Error {}
    class NoFunds extends ApplicationError {
      constructor(readonly cents: number) { super('NoFunds') }
    }
    expectTypeOf(Step({ retry: { nonRetryable: ['Gone', Declined, NoFunds, TypeError, PlatformError] } })).toBeFunction()
  })

  it('refuse unknown names and values', () => {
    // @ts-expect-error retries is no option
    Step({ retries: 5 })
    // @ts-expect-error a class of errors is wanted
    Step({ retry: { nonRetryable: [Date] } })
    // @ts-expect-error no such budget
    Step({ retry: { network: { maxAttempts: 2 } } })
    // @ts-expect-error no such backoff
    Step({ retry: { backoff: 'linear' } })
    // @ts-expect-error no such mode
    Step({ onFailure: 'continue' })
    // @ts-expect-error no such cancellation
    Step({ cancellation: 'later' })
    // @ts-expect-error no such preference
    Step({ prefer: 'here' })
    expectTypeOf(Step).parameter(0).exclude(undefined).toHaveProperty('retry')
  })
})
