// Workflows whose steps note, as soon as their bodies begin, what the database had made durable by then.
import { condition, externalExecution, externalToken, forEach, Run, Signal, sleep, startChild, Step, stepContext, Update, Workflow } from '@baton/sdk'
import type { Acknowledgements } from './acknowledgements.ts'

/** Steps one after the other. */
@Workflow({ name: 'witnessed-chain' })
export class WitnessedChain {
  readonly #told: Acknowledgements

  constructor(told: Acknowledgements) {
    this.#told = told
  }

  @Step() async look(): Promise<void> {
    await this.#told.body()
  }

  @Run() async run(n: number): Promise<number> {
    for (let i = 0; i < n; i++) await this.look()
    return n
  }
}

/** Waits to be told, by a signal or until a time, and then has a look. */
@Workflow({ name: 'witnessed-wait' })
export class WitnessedWait {
  readonly #told: Acknowledgements
  #heard = false

  constructor(told: Acknowledgements) {
    this.#told = told
  }

  @Signal() tell(): void {
    this.#heard = true
  }

  @Step() async look(): Promise<void> {
    await this.#told.body()
  }

  @Run() async run(ms: number | undefined): Promise<void> {
    await this.look()
    if (ms === undefined) await condition(() => this.#heard)
    else await sleep(ms)
    await this.look()
  }
}

/** All that brings a workflow on, one after the other, with a step after each. */
@Workflow({ name: 'witnessed-journey' })
export class WitnessedJourney {
  readonly #told: Acknowledgements
  readonly #tokens: Map<string, string>
  #heard = 0

  constructor(told: Acknowledgements, tokens: Map<string, string>) {
    this.#told = told
    this.#tokens = tokens
  }

  @Signal() tell(): void {
    this.#heard++
  }

  @Update() async ask(): Promise<string> {
    await this.look()
    this.#heard++
    return 'answered'
  }

  @Step() async look(): Promise<void> {
    await this.#told.body()
  }

  @Step({ transactional: true }) async move(): Promise<void> {
    await this.#told.body()
  }

  @Step({ prefer: 'remote' }) async lookElsewhere(): Promise<void> {
    await this.#told.body()
  }

  @Step({ retry: { maxAttempts: 2, delay: 1 } }) async stumble(): Promise<void> {
    await this.#told.body()
    if (stepContext().attempt === 1) throw new Error('not yet')
  }

  @Step() async tellAll(): Promise<void> {
    await this.#told.body()
    const { executionId } = stepContext()
    await this.#told.of('publish', () => stepContext().publish('news', 'said'), (writes) => writes.inserted('stream_items', { execution_id: executionId, stream: 'news' }))
  }

  @Step() async hand(token: string): Promise<void> {
    await this.#told.body()
    this.#tokens.set(stepContext().executionId, token)
  }

  @Run() async run(): Promise<string> {
    await this.look()
    await this.move()
    await this.lookElsewhere()
    await this.stumble()
    await this.tellAll()
    await sleep(2)
    await this.look()
    await condition(() => this.#heard === 1)
    await this.look()
    await condition(() => this.#heard === 2)
    await this.look()
    const token = await externalToken('word')
    await this.hand(token.token)
    await token.wait()
    await this.look()
    const child = await startChild(WitnessedWait, { input: undefined })
    await this.look()
    await externalExecution(child.executionId).signal('tell')
    await child.result()
    await this.look()
    await forEach([1, 2, 3], { concurrency: 2 }, async () => {
      await this.look()
      await this.look()
    })
    await this.look()
    return 'home'
  }
}
