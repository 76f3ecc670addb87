// What must not compile stands under @ts-expect-error: an error that disappears is an error.
import { cron, Run, Step, type Trigger, Workflow } from '@baton/sdk'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface Day {
  readonly day: string
}

const today = (at: Date): Day => ({ day: at.toISOString() })

describe('what a trigger gives is what run takes', () => {
  it('so all of these compile', () => {
    @Workflow({ name: 'a', triggers: [cron('@daily')] })
    class NoInput { @Run() async run(): Promise<void> {} }

    @Workflow({ name: 'b', triggers: [cron('@daily', { input: today })] })
    class Typed { @Run() async run({ day }: Day): Promise<string> { return day } }

    @Workflow({ name: 'c', input: z.object({ day: z.string() }), triggers: [cron('@daily', { input: (at) => ({ day: String(at.getTime()) }) })] })
    class WithSchema { @Run() async run({ day }: Day): Promise<string> { return day } }

    @Workflow({ name: 'd', triggers: [cron('@daily', { input: today }), cron('@weekly', { name: 'weekly', input: today })] })
    class Two { @Run() async run({ day }: Day): Promise<string> { return day } }

    @Workflow({ name: 'e', triggers: [cron('@daily', { input: today })] })
    class Declarative { @Step() async extract({ day }: Day): Promise<string> { return day } }

    @Workflow({ name: 'f', triggers: [cron('@daily')] })
    class Optional { @Run() async run(day?: Day): Promise<boolean> { return day === undefined } }

    expectTypeOf(cron('@daily', { input: today })).toEqualTypeOf<Trigger<Day>>()
    expectTypeOf([NoInput, Typed, WithSchema, Two, Declarative, Optional]).toBeArray()
  })

  it('so none of these does', () => {
    // @ts-expect-error nothing is given, and run wants something
    @Workflow({ name: 'a', triggers: [cron('@daily')] })
    class Nothing { @Run() async run({ day }: Day): Promise<string> { return day } }

    // @ts-expect-error another type is given
    @Workflow({ name: 'b', triggers: [cron('@daily', { input: (at) => at.getTime() })] })
    class Other { @Run() async run({ day }: Day): Promise<string> { return day } }

    // @ts-expect-error one of two gives another type
    @Workflow({ name: 'c', triggers: [cron('@daily', { input: today }), cron('@weekly', { name: 'weekly', input: () => 1 })] })
    class OneOfTwo { @Run() async run({ day }: Day): Promise<string> { return day } }

    expectTypeOf([Nothing, Other, OneOfTwo]).toBeArray()
  })
})
