// What a cancellation meets on its way: a child that is not there yet, a run about to continue, a handler that fails.
import { CancellationScope, condition, continueAsNew, Run, Signal, startChild, Step, Workflow } from '@baton/sdk'
import { defineWorkflow } from '@baton/sdk/host'
import { expect, it } from 'vitest'
import type { Program } from '../../packages/runtime/src/core/execution.ts'
import type { Input } from '../../packages/runtime/src/core/input.ts'
import { programOf } from '../../packages/runtime/src/core/program.ts'
import { done, failed, Scenario, started } from './scenario.ts'

function program(type: new () => object): Program {
  return programOf(defineWorkflow(type as Parameters<typeof defineWorkflow>[0]), () => new type())
}

const stop: Input = { kind: 'stop', reason: 'enough' }
const poked: Input = { kind: 'signal', id: 'poked', name: 'poke', args: null }

@Workflow({ name: 'parent-of-slow' })
class ParentOfSlow {
  @Run() async run(): Promise<unknown> {
    const child = await startChild('slow', { input: 1, id: 'slow-1' })
    return child.result()
  }
}

it('a child that is started after its parent was stopped is told so', async () => {
  const scenario = await Scenario.given(program(ParentOfSlow))
  expect(scenario.collect().commands).toEqual(['start slow as slow-1'])
  expect((await scenario.when(stop)).commands).toContain('abort child child:slow')
  const { commands } = await scenario.when({ kind: 'child-started', command: 'child:slow', execution: 'slow-1' })
  expect(commands).toEqual(['abort child child:slow'])
})

@Workflow({ name: 'rounds' })
class Rounds {
  @Step({ compensate: 'giveBack' }) async take(): Promise<string> {
    return ''
  }

  @Step() async giveBack(): Promise<void> {}

  @Run() async run(round: number): Promise<void> {
    await CancellationScope.nonCancellable(() => this.take())
    continueAsNew<typeof this.run>(round + 1)
  }
}

it('an execution that was stopped does not continue as new: the stop would be lost, and what was done not undone', async () => {
  const scenario = await Scenario.given(program(Rounds), [started(1)])
  scenario.collect()
  await scenario.when(stop)
  expect(await scenario.when(done('take', 'x'))).toEqual({ events: ['StepCompleted take = "x"'], commands: ['compensate/giveBack("x")'] })
  expect((await scenario.when(done('compensate/giveBack'))).events.at(-1)).toBe('ExecutionStopped: Cancelled: Cancelled: enough')
})

@Workflow({ name: 'patient' })
class Patient {
  over = false

  @Step({ compensate: 'giveBack' }) async take(): Promise<string> {
    return ''
  }

  @Step({ retry: { maxAttempts: 1 } }) async giveBack(): Promise<void> {}

  @Signal() poke(): void {
    throw new Error('poked')
  }

  @Run() async run(): Promise<string> {
    await this.take()
    try {
      await condition(() => this.over)
    } catch {
      return 'borne'
    }
    return 'fine'
  }
}

async function pokedPatient(): Promise<Scenario> {
  const scenario = await Scenario.given(program(Patient))
  scenario.collect()
  await scenario.when(done('take', 'x'))
  expect((await scenario.when(poked)).commands).toEqual(['compensate/giveBack("x")'])
  return scenario
}

it('what was done is undone when the handler of a signal fails the execution, though run returns', async () => {
  const scenario = await pokedPatient()
  expect((await scenario.when(done('compensate/giveBack'))).events.at(-1)).toBe('ExecutionFailed: Error: poked')
})

it('what cannot be undone then is told, with the handler’s error as its cause', async () => {
  const scenario = await pokedPatient()
  const { events } = await scenario.when(failed('compensate/giveBack'))
  expect(events.at(-1)).toMatch(/^ExecutionFailed: CompensationFailed: /)
  expect(scenario.history.at(-1)).toMatchObject({ failure: { cause: { message: 'poked' } } })
})
