import { Run, sleep, Step, Workflow } from '@baton/sdk'
import { defineWorkflow, type WorkflowDefinition } from '@baton/sdk/host'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { programOf } from '../../packages/runtime/src/core/program.ts'
import { completedEvent, done, failed, fired, Scenario, started } from './scenario.ts'

function definitionOf(type: Parameters<typeof defineWorkflow>[0]): WorkflowDefinition {
  return defineWorkflow(type)
}

abstract class Base {
  @Step() async notify(whom: string): Promise<void> {
    throw new Error(`The body of notify(${whom}) ran in the workflow.`)
  }

  protected async notifyTwice(whom: string): Promise<void> {
    await this.notify(whom)
    await this.notify(whom)
  }
}

@Workflow({ name: 'order', output: z.object({ total: z.number(), log: z.array(z.string()) }) })
class OrderWorkflow extends Base {
  readonly log: string[] = []
  #secret = 'kept'
  readonly #bodies: string[]

  constructor(bodies: string[] = []) {
    super()
    this.#bodies = bodies
  }

  @Step({ retry: { maxAttempts: 2 } }) async charge(total: number): Promise<number> {
    this.#bodies.push(`charge ${total}`)
    return total
  }

  get secret(): string {
    return this.#secret
  }

  note(text: string): void {
    this.log.push(`${text} ${this.secret}`)
  }

  @Run() async run(order: { total: number }): Promise<{ total: number; log: string[] }> {
    this.note('started')
    const charged = await this.charge(order.total)
    await sleep('1s')
    await this.notifyTwice('shipping')
    this.note('done')
    return { total: charged, log: this.log }
  }
}

describe('the program of a class', () => {
  it('turns step calls into commands and never runs their bodies', async () => {
    const bodies: string[] = []
    const scenario = await Scenario.given(programOf(definitionOf(OrderWorkflow), () => new OrderWorkflow(bodies)), [started({ total: 5 })])
    expect(scenario.collect().commands).toEqual(['charge(5)'])
    expect((await scenario.when(done('charge', 5))).commands).toEqual(['sleep due +1000'])
    expect((await scenario.when(fired('sleep'))).commands).toEqual(['notify("shipping")'])
    expect((await scenario.when(done('notify'))).commands).toEqual(['notify#2("shipping")'])
    expect((await scenario.when(done('notify#2'))).events.at(-1)).toBe('ExecutionCompleted = {"total":5,"log":["started kept","done kept"]}')
    expect(bodies).toEqual([])
  })

  it("runs each execution on an instance of its own, rebuilt by replay", async () => {
    const program = programOf(definitionOf(OrderWorkflow), () => new OrderWorkflow())
    const histories = [1, 2].map((total) => [started({ total }), completedEvent('charge', total)])
    const both = await Promise.all(histories.map((history) => Scenario.given(program, history)))
    for (const scenario of both) scenario.collect()
    for (const scenario of both) await scenario.when(fired('sleep'), done('notify'), done('notify#2'))
    expect(both.map((scenario) => scenario.log.at(-1))).toEqual([
      'ExecutionCompleted = {"total":1,"log":["started kept","done kept"]}',
      'ExecutionCompleted = {"total":2,"log":["started kept","done kept"]}',
    ])
  })

  it('retries by the options of the decorator', async () => {
    const scenario = await Scenario.given(programOf(definitionOf(OrderWorkflow), () => new OrderWorkflow()), [started({ total: 1 })])
    expect((await scenario.when(failed('charge'))).events).toEqual(['StepRetrying charge after 1 at +1000: boom'])
    expect((await scenario.when(failed('charge', new Error('boom'), 2))).events[0]).toBe('StepFailed charge after 2: boom')
  })

  it('fails with InvalidOutput where the result does not fit the schema', async () => {
    const history = [started({ total: 1 }), completedEvent('charge', 'much')]
    const scenario = await Scenario.given(programOf(definitionOf(OrderWorkflow), () => new OrderWorkflow()), history)
    scenario.collect()
    await scenario.when(fired('sleep'), done('notify'), done('notify#2'))
    expect(scenario.log.at(-1)).toMatch(/^ExecutionFailed: InvalidOutput: The result of workflow 'order' does not fit its output schema: total: /)
  })

  it('hands out what the schema makes of the result', async () => {
    @Workflow({ name: 'trimmed', output: z.string().trim() })
    class Trimmed {
      @Run() async run(): Promise<string> {
        return '  text '
      }
    }
    const scenario = await Scenario.given(programOf(definitionOf(Trimmed), () => new Trimmed()))
    expect(scenario.collect().events).toEqual(['ExecutionCompleted = "text"'])
  })

  it('leaves the instances of the worker alone: their steps still run', async () => {
    const bodies: string[] = []
    programOf(definitionOf(OrderWorkflow), () => new OrderWorkflow())
    expect(await new OrderWorkflow(bodies).charge(3)).toBe(3)
    expect(bodies).toEqual(['charge 3'])
  })
})
