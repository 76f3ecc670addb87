// Workflow programs as data: what a property can generate, shrink and print.
import { ApplicationError, StepFailed } from '@baton/sdk'
import fc from 'fast-check'
import type { Program } from '../../packages/runtime/src/core/execution.ts'
import { flow, retry, type World } from './scenario.ts'

export type Node =
  | { readonly op: 'step'; readonly name: 'a' | 'b' | 'c' }
  | { readonly op: 'sleep'; readonly ms: number }
  | { readonly op: 'seq' | 'all' | 'race' | 'any' | 'allSettled'; readonly nodes: readonly Node[] }
  | { readonly op: 'try'; readonly body: Node; readonly recover: Node; readonly last: Node | null }
  | { readonly op: 'loop'; readonly times: number; readonly body: Node }
  | { readonly op: 'if'; readonly test: Node; readonly yes: Node; readonly no: Node }
  | { readonly op: 'float'; readonly body: Node }
  | { readonly op: 'throw' }
  | { readonly op: 'hops'; readonly count: number }
  /** Code that was changed: what it was, and what it is now; `deprecated` once only the new branch is left. */
  | { readonly op: 'patch'; readonly id: string; readonly was: Node; readonly now: Node; readonly deprecated: boolean }

const { node } = fc.letrec<{ node: Node; nodes: readonly Node[] }>((tie) => ({
  nodes: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ op: fc.constant('step' as const), name: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ op: fc.constant('sleep' as const), ms: fc.nat(5_000) }),
    fc.record({ op: fc.constantFrom('seq', 'all', 'race', 'any', 'allSettled'), nodes: tie('nodes') }),
    fc.record({ op: fc.constantFrom('seq', 'all'), nodes: tie('nodes') }),
    fc.record({ op: fc.constant('try' as const), body: tie('node'), recover: tie('node'), last: fc.option(tie('node')) }),
    fc.record({ op: fc.constant('loop' as const), times: fc.integer({ min: 1, max: 3 }), body: tie('node') }),
    fc.record({ op: fc.constant('if' as const), test: tie('node'), yes: tie('node'), no: tie('node') }),
    fc.record({ op: fc.constant('float' as const), body: tie('node') }),
    fc.record({ op: fc.constant('hops' as const), count: fc.nat(5) }),
    fc.constant({ op: 'throw' as const }),
  ),
}))

/** Random programs that begin with something to wait for. */
export const randomProgram: fc.Arbitrary<Node> = fc
  .tuple(node, fc.array(node, { minLength: 1, maxLength: 3 }))
  .map(([first, rest]): Node => ({ op: 'seq', nodes: [first, ...rest] }))

/** A random program before and after it was patched at a random place, and what is left of it once the old branch has gone. */
export const patchedProgram: fc.Arbitrary<{ readonly old: Node; readonly patched: Node; readonly deprecated: Node }> = fc
  .tuple(randomProgram, node, fc.nat(30))
  .map(([old, now, place]) => ({ old, patched: patchAt(old, now, place, false), deprecated: patchAt(old, now, place, true) }))

/** Wraps the node that comes `place`-th, counted around. */
function patchAt(root: Node, now: Node, place: number, deprecated: boolean): Node {
  const left = { n: place % count(root) }
  return rebuild(root, (was) => (left.n-- === 0 ? { op: 'patch', id: 'change', was, now, deprecated } : undefined))
}

function rebuild(root: Node, change: (node: Node) => Node | undefined): Node {
  const changed = change(root)
  if (changed) return changed
  return Object.fromEntries(Object.entries(root).map(([key, value]) => {
    if (Array.isArray(value)) return [key, value.map((each: Node) => rebuild(each, change))]
    return [key, typeof value === 'object' && value !== null ? rebuild(value as Node, change) : value]
  })) as unknown as Node
}

function count(root: Node): number {
  let nodes = 0
  rebuild(root, () => {
    nodes++
    return undefined
  })
  return nodes
}

/** The program; `seen` is told everything it observes, in order. */
export function interpret(root: Node, seen: (observation: string) => void): Program {
  return flow((world) => new Interpreter(world, seen).run(root, '$'), {
    a: { retry: retry({ maxAttempts: 3, delay: 100, backoff: 2, maxDelay: 150, nonRetryable: ['Fatal'] }) },
    b: { retry: retry({ maxAttempts: 1, delay: 0, backoff: 1, maxDelay: 0, nonRetryable: [] }) },
  })
}

class Interpreter {
  readonly #world: World
  readonly #seen: (observation: string) => void

  constructor(world: World, seen: (observation: string) => void) {
    this.#world = world
    this.#seen = seen
  }

  async run(written: Node, path: string): Promise<unknown> {
    let node = written
    // As an `if` does, without a microtask more: that alone would be another program.
    while (node.op === 'patch') node = this.#branch(node)
    switch (node.op) {
      case 'step': {
        const output = await this.#world.step(node.name, path)
        this.#seen(`${path} ${node.name} = ${JSON.stringify(output)}`)
        return output
      }
      case 'sleep':
        await this.#world.sleep(node.ms)
        this.#seen(`${path} slept`)
        return node.ms
      case 'hops': // a number of microtasks: other branches get in between
        for (let i = 0; i < node.count; i++) await Promise.resolve()
        this.#seen(`${path} hopped`)
        return node.count
      case 'throw':
        throw new ApplicationError(`thrown at ${path}`)
      case 'float':
        this.run(node.body, `${path}~`).catch((error: unknown) => this.#seen(`${path} lost ${describe(error)}`))
        return undefined
      case 'loop': {
        const outputs: unknown[] = []
        for (let i = 0; i < node.times; i++) outputs.push(await this.run(node.body, `${path}[${i}]`))
        return outputs
      }
      case 'if':
        return (await this.#even(node.test, path)) ? this.run(node.yes, `${path}+`) : this.run(node.no, `${path}-`)
      case 'try':
        try {
          return await this.run(node.body, `${path}t`)
        } catch (error) {
          this.#seen(`${path} caught ${describe(error)}`)
          return await this.run(node.recover, `${path}c`)
        } finally {
          if (node.last) await this.run(node.last, `${path}f`)
        }
      default:
        return this.#many(node.op, node.nodes, path)
    }
  }

  #branch({ id, was, now, deprecated }: Extract<Node, { op: 'patch' }>): Node {
    if (!deprecated) return this.#world.patched(id) ? now : was
    this.#world.deprecatePatch(id)
    return now
  }

  async #many(op: 'seq' | 'all' | 'race' | 'any' | 'allSettled', nodes: readonly Node[], path: string): Promise<unknown> {
    if (op === 'seq') {
      const outputs: unknown[] = []
      for (const [i, each] of nodes.entries()) outputs.push(await this.run(each, `${path}.${i}`))
      return outputs
    }
    const branches = nodes.map((each, i) => this.run(each, `${path}|${i}`))
    const settled = op === 'all' ? Promise.all(branches) : op === 'race' ? Promise.race(branches) : op === 'any' ? Promise.any(branches) : Promise.allSettled(branches)
    const output = await settled
    this.#seen(`${path} ${op} = ${JSON.stringify(output)}`)
    return op === 'allSettled' ? branches.length : output
  }

  async #even(node: Node, path: string): Promise<boolean> {
    const output = await this.run(node, `${path}?`)
    return JSON.stringify(output ?? null).length % 2 === 0
  }
}

function describe(error: unknown): string {
  if (error instanceof StepFailed) return `StepFailed(${error.step}, ${error.attempts}, ${String(error.cause)})`
  if (error instanceof AggregateError) return `AggregateError(${error.errors.map(describe).join()})`
  return String(error)
}
