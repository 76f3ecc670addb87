// Compiled by types.test.ts in the legacy dialect: what must not compile stands under @ts-expect-error.
import { Run, Step, Workflow } from '@baton/sdk'
import { z } from 'zod'

@Workflow({ name: 'order', input: z.object({ id: z.string() }), output: z.number() })
export class OrderWorkflow {
  @Step({ timeout: '1m' }) async charge(id: string, at: Date): Promise<Map<string, number>> {
    return new Map([[id, at.getTime()]])
  }

  @Run() async run(order: { id: string }): Promise<number> {
    return (await this.charge(order.id, new Date(0))).size
  }
}

export class Saga {
  @Step({ compensate: 'refund' }) async charge(cents: number): Promise<{ id: string }> {
    return { id: String(cents) }
  }

  // @ts-expect-error the compensation must take the output
  @Step({ compensate: 'refundNumber' }) async wrongOutput(): Promise<{ id: string }> {
    return { id: '' }
  }

  @Step() async refund(charge: { id: string }, cents: number): Promise<void> {
    void [charge, cents]
  }

  @Step() async refundNumber(charge: number): Promise<void> {
    void charge
  }
}

export class Refused {
  // @ts-expect-error a step must be async
  @Step() notAsync(): number {
    return 1
  }

  // @ts-expect-error a function does not survive the log
  @Step() async takesCallback(callback: () => void): Promise<void> {
    callback()
  }

  // @ts-expect-error a symbol does not survive the log
  @Step() async returnsSymbol(): Promise<symbol> {
    return Symbol('no')
  }

  // @ts-expect-error no engine can call a method named by a symbol
  @Step() async [Symbol.iterator](): Promise<void> {}

  // @ts-expect-error the program is the method run
  @Run() async main(): Promise<void> {}
}

// @ts-expect-error run must take what the input schema describes
@Workflow({ name: 'wrong-input', input: z.object({ id: z.number() }) })
export class WrongInput {
  @Run() async run(order: { id: string }): Promise<string> {
    return order.id
  }
}
