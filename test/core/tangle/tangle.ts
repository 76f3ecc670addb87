// The workflow class that runs a program made of data, with the functions that authors use, and keeps what the program observes.
import {
  ApplicationError, CancellationScope, ChildFailed, compensate, condition, continueAsNew, executionInfo, externalExecution, externalToken, forEach,
  isCancelled, now, patched, publish, random, Run, Signal, sleep, sleepUntil, startChild, Step, StepFailed, Update, uuid, Workflow,
} from '@baton/sdk'
import { currentHost } from '@baton/sdk/host'
import type { Scope } from '../../../packages/runtime/src/core/scope.ts'
import type { Node, Plan } from './node.ts'

/** Something the program saw, and in the log of which iteration. */
export interface Observation {
  readonly lane: string | undefined
  readonly text: string
}

const MAX_RUNS = 3

function here(): Scope {
  const scope = currentHost()?.workflow()
  if (!scope) throw new TypeError('This is no code of an execution.')
  return scope as Scope
}

@Workflow({ name: 'tangle', timeout: '1h' })
export class Tangle {
  readonly seen: Observation[] = []
  #count = 0
  #plan: Plan | undefined

  @Step({ retry: { maxAttempts: 3, delay: 100, backoff: 2, maxDelay: 150, nonRetryable: ['Fatal'] } }) async a(path: unknown): Promise<unknown> {
    return [path]
  }

  @Step({ retry: { maxAttempts: 1 }, compensate: 'undo' }) async b(path: unknown): Promise<unknown> {
    return [path]
  }

  @Step({ cancellation: 'wait' }) async c(path: unknown): Promise<unknown> {
    return [path]
  }

  @Step({ cancellation: 'abandon' }) async d(path: unknown): Promise<unknown> {
    return [path]
  }

  @Step({ compensate: 'undo', cancellation: 'try' }) async e(path: unknown): Promise<unknown> {
    return [path]
  }

  @Step({ retry: { maxAttempts: 2 } }) async undo(path: unknown, args: unknown): Promise<unknown> {
    return [path, args]
  }

  @Signal() async poke(how: 'count' | 'run'): Promise<void> {
    this.#count++
    this.#see(`poked ${this.#count}`)
    if (how === 'run') await this.#handle('poke')
  }

  @Update({ validate: 'checkChange' }) async change(how: 'accept' | 'reject' | 'fail' | 'run'): Promise<number> {
    this.#count++
    if (how === 'fail') throw new ApplicationError('refused late')
    if (how === 'run') await this.#handle('change')
    return this.#count
  }

  checkChange(how: string): void {
    random() // code that only looks must not move the draws of the program
    if (how === 'reject') throw new ApplicationError('refused')
  }

  @Run() async run(plan: Plan): Promise<unknown> {
    this.#plan = plan
    this.#see(`run ${executionInfo().run}`)
    return this.#run(plan.main, '$')
  }

  async #handle(path: string): Promise<void> {
    if (this.#plan) await this.#run(this.#plan.handler, `${path}${this.#count}`)
  }

  /** The clock belongs to each observation: it is what the program could have looked at. */
  #see(text: string): void {
    const { lane } = here()
    this.seen.push({ lane, text: `${text} at ${now().getTime()}` })
  }

  async #run(node: Node, path: string): Promise<unknown> {
    const output = await this.#perform(node, path)
    if (typeof output !== 'undefined') this.#see(`${path} ${node.op} = ${JSON.stringify(output)}`)
    return output
  }

  async #perform(node: Node, path: string): Promise<unknown> {
    switch (node.op) {
      case 'step':
        return this[node.name](path)
      case 'sleep':
        await sleep(node.ms)
        return node.ms
      case 'sleepUntil':
        await sleepUntil(now().getTime() + node.ms)
        return node.ms
      case 'condition':
        return node.ms === null ? condition(() => this.#count >= node.count) : condition(() => this.#count >= node.count, node.ms)
      case 'child': {
        const child = await startChild('kid', { input: path, parentClosePolicy: node.policy })
        this.#see(`${path} started ${child.executionId}`)
        return node.wait ? child.result() : child.executionId
      }
      case 'tell':
        await externalExecution('other').signal('poke', path)
        return 'told'
      case 'token': {
        const { token, wait } = await externalToken('t')
        this.#see(`${path} issued ${token}`)
        return (node.ms === null ? await wait() : await wait(node.ms)) ?? 'nothing'
      }
      case 'hops': // a number of microtasks: other branches get in between
        for (let i = 0; i < node.count; i++) await Promise.resolve()
        return node.count
      case 'throw':
        throw new ApplicationError(`thrown at ${path}`)
      case 'draw':
        return [random(), uuid(), executionInfo().historyLength]
      case 'publish':
        publish('s', path)
        return 'published'
      case 'attributes':
        here().setAttributes({ path })
        return 'set'
      case 'compensate':
        await compensate()
        return 'undone'
      case 'continue':
        if (executionInfo().run < MAX_RUNS && this.#plan) continueAsNew<typeof this.run>(this.#plan)
        return 'no more runs'
      default:
        return this.#compose(node, path)
    }
  }

  async #compose(node: Exclude<Node, { readonly op: 'step' | 'sleep' | 'sleepUntil' | 'condition' | 'child' | 'tell' | 'token' | 'hops' | 'throw' | 'draw' | 'publish' | 'attributes' | 'compensate' | 'continue' }>, path: string): Promise<unknown> {
    switch (node.op) {
      case 'seq': {
        const outputs: unknown[] = []
        for (const [i, each] of node.nodes.entries()) outputs.push(await this.#run(each, `${path}.${i}`))
        return outputs
      }
      case 'loop': {
        const outputs: unknown[] = []
        for (let i = 0; i < node.times; i++) outputs.push(await this.#run(node.body, `${path}[${i}]`))
        return outputs
      }
      case 'if':
        return (await this.#even(node.test, path)) ? this.#run(node.yes, `${path}+`) : this.#run(node.no, `${path}-`)
      case 'patched':
        return patched(node.id) ? this.#run(node.yes, `${path}+`) : this.#run(node.no, `${path}-`)
      case 'float':
        this.#run(node.body, `${path}~`).catch((error: unknown) => this.#see(`${path} lost ${describe(error)}`))
        return undefined
      case 'try':
        try {
          return await this.#run(node.body, `${path}t`)
        } catch (error) {
          this.#see(`${path} caught ${describe(error)}`)
          return await this.#run(node.recover, `${path}c`)
        } finally {
          if (node.last) await this.#run(node.last, `${path}f`)
        }
      case 'scope': {
        const scope = new CancellationScope({ cancellable: !node.shielded, ...(node.ms === null ? {} : { timeout: node.ms }) })
        return scope.run(() => this.#run(node.body, `${path}s`))
      }
      case 'cancel': {
        const scope = new CancellationScope()
        const cancelled = this.#run(node.until, `${path}u`).then(
          () => scope.cancel(path),
          (error: unknown) => scope.cancel(describe(error)),
        )
        const [ended] = await Promise.allSettled([scope.run(() => this.#run(node.body, `${path}s`)), cancelled])
        return ended.status === 'fulfilled' ? ended.value : describe(ended.reason)
      }
      case 'forEach': {
        const { count, concurrency, ordered, onFailure, attempts, body } = node
        const items = Array.from({ length: count }, (_, i) => i)
        const results = await forEach<number, unknown>(
          items, { concurrency, ordered, onFailure, retry: { maxAttempts: attempts, delay: 10 } } as { onFailure: 'ignore' },
          (i) => this.#run(body, `${path}(${i})`),
        )
        return results.map((each) => each ?? null)
      }
      default:
        return this.#many(node.op, node.nodes, path)
    }
  }

  async #many(op: 'all' | 'race' | 'any' | 'allSettled', nodes: readonly Node[], path: string): Promise<unknown> {
    const branches = nodes.map((each, i) => this.#run(each, `${path}|${i}`))
    if (op === 'all') return Promise.all(branches)
    if (op === 'race') return Promise.race(branches)
    if (op === 'any') return Promise.any(branches)
    const settled = await Promise.allSettled(branches)
    return settled.map((each) => (each.status === 'fulfilled' ? (each.value ?? null) : describe(each.reason)))
  }

  async #even(node: Node, path: string): Promise<boolean> {
    const output = await this.#run(node, `${path}?`)
    return JSON.stringify(output ?? null).length % 2 === 0
  }
}

function describe(error: unknown): string {
  if (isCancelled(error)) return `Cancelled(${(error as Error).message})`
  if (error instanceof StepFailed) return `StepFailed(${error.step}, ${error.attempts}, ${String(error.cause)})`
  if (error instanceof ChildFailed) return `ChildFailed(${error.message}, ${String(error.cause)})`
  if (error instanceof AggregateError) return `AggregateError(${(error.errors as unknown[]).map(describe).join()})`
  return String(error)
}
