// The programs as Baton's users would write them.
import type { WorkflowEntry } from '@baton/runtime'
import { executeChild, forEach, Run, sleep, Step, Workflow, type WorkflowClass } from '@baton/sdk'
import type { Recorder } from '../../marks.ts'
import type { ProgramInput } from '../engine.ts'

interface Output {
  readonly i: number
}

abstract class Marking {
  readonly #record: Recorder

  constructor(record: Recorder) {
    this.#record = record
  }

  @Step() async step(tag: string, i: number): Promise<Output> {
    this.#record(tag, i)
    return { i }
  }
}

@Workflow({ name: 'chain' })
class Chain extends Marking {
  @Run() async run({ tag, steps }: ProgramInput): Promise<number> {
    let sum = 0
    for (let i = 0; i < steps; i++) sum += (await this.step(tag, i)).i
    return sum
  }
}

@Workflow({ name: 'fan' })
class Fan extends Marking {
  @Run() async run({ tag, steps }: ProgramInput): Promise<number> {
    const outputs = await Promise.all(Array.from({ length: steps }, (_, i) => this.step(tag, i)))
    return outputs.reduce((sum, { i }) => sum + i, 0)
  }
}

@Workflow({ name: 'each' })
class Each extends Marking {
  @Run() async run({ tag, steps }: ProgramInput): Promise<number> {
    const items = Array.from({ length: steps }, (_, i) => i)
    const outputs = await forEach(items, { concurrency: 100 }, async (i) => (await this.step(tag, i)).i)
    return outputs.reduce((sum, i) => sum + i, 0)
  }
}

@Workflow({ name: 'kid' })
class Kid extends Marking {
  @Run() async run({ tag, i }: { readonly tag: string; readonly i: number }): Promise<number> {
    return (await this.step(tag, i)).i
  }
}

@Workflow({ name: 'kids' })
class Kids {
  @Run() async run({ tag, steps }: ProgramInput): Promise<number> {
    const outputs = await Promise.all(Array.from({ length: steps }, (_, i) => executeChild(Kid, { input: { tag, i } })))
    return outputs.reduce((sum, i) => sum + i, 0)
  }
}

@Workflow({ name: 'nap' })
class Nap extends Marking {
  @Run() async run({ tag, steps, ms = 0 }: ProgramInput): Promise<number> {
    let sum = 0
    for (let i = 0; i < steps - 1; i++) sum += (await this.step(tag, i)).i
    await sleep(ms)
    return sum + (await this.step(tag, steps - 1)).i
  }
}

export const programs = { chain: Chain, fan: Fan, each: Each, kids: Kids, nap: Nap } as const

/** All that a worker serves. */
export function workflowsWith(record: Recorder): readonly (WorkflowClass | WorkflowEntry)[] {
  return [Kids, ...[Chain, Fan, Each, Kid, Nap].map((workflow) => ({ workflow, create: () => new workflow(record) }))]
}
