// Workflow programs as data, of everything that workflow code can ask for: what a property can generate, shrink and print.
import fc from 'fast-check'

export type Node = Leaf | Branching | Region

type Leaf =
  | { readonly op: 'step'; readonly name: StepName }
  | { readonly op: 'sleep' | 'sleepUntil'; readonly ms: number }
  /** Until the signals have counted to `count`. */
  | { readonly op: 'condition'; readonly count: number; readonly ms: number | null }
  | { readonly op: 'child'; readonly policy: 'stop' | 'kill' | 'abandon'; readonly wait: boolean }
  | { readonly op: 'tell' | 'throw' | 'draw' | 'publish' | 'attributes' | 'compensate' | 'continue' }
  | { readonly op: 'token'; readonly ms: number | null }
  | { readonly op: 'hops'; readonly count: number }

type Branching =
  | { readonly op: 'seq' | 'all' | 'race' | 'any' | 'allSettled'; readonly nodes: readonly Node[] }
  | { readonly op: 'try'; readonly body: Node; readonly recover: Node; readonly last: Node | null }
  | { readonly op: 'loop'; readonly times: number; readonly body: Node }
  | { readonly op: 'if'; readonly test: Node; readonly yes: Node; readonly no: Node }
  | { readonly op: 'patched'; readonly id: 'p' | 'q'; readonly yes: Node; readonly no: Node }
  | { readonly op: 'float'; readonly body: Node }

type Region =
  | { readonly op: 'scope'; readonly shielded: boolean; readonly ms: number | null; readonly body: Node }
  /** A scope that is cancelled when `until` is over. */
  | { readonly op: 'cancel'; readonly until: Node; readonly body: Node }
  | {
    readonly op: 'forEach'
    readonly count: number
    readonly concurrency: number
    readonly ordered: boolean
    readonly onFailure: 'fail_after_running' | 'fail_immediately' | 'ignore'
    readonly attempts: number
    readonly body: Node
  }

/** Steps that differ in their retries, in what undoes them and in what a cancellation does to them. */
const stepNames = ['a', 'b', 'c', 'd', 'e'] as const
type StepName = (typeof stepNames)[number]

/** What the run of a program consists of: its own part, and what its handlers do. */
export interface Plan {
  readonly main: Node
  readonly handler: Node
}

const ms = fc.nat(3_000)
const constant = <const T extends string>(op: T): fc.Arbitrary<T> => fc.constant(op)

const { node } = fc.letrec<{ node: Node; leaf: Node; nodes: readonly Node[] }>((tie) => ({
  leaf: fc.oneof(
    { weight: 6, arbitrary: fc.record({ op: constant('step'), name: fc.constantFrom(...stepNames) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('sleep', 'sleepUntil'), ms }) },
    { weight: 2, arbitrary: fc.record({ op: constant('condition'), count: fc.nat(4), ms: fc.option(ms) }) },
    fc.record({ op: constant('child'), policy: fc.constantFrom('stop', 'kill', 'abandon'), wait: fc.boolean() }),
    { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('tell', 'throw', 'draw', 'publish', 'attributes', 'compensate') }) },
    fc.record({ op: constant('token'), ms: fc.option(ms) }),
    fc.record({ op: constant('hops'), count: fc.nat(4) }),
  ),
  nodes: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ op: fc.constantFrom('seq', 'all', 'race', 'any', 'allSettled'), nodes: tie('nodes') }),
    fc.record({ op: fc.constantFrom('seq', 'all'), nodes: tie('nodes') }),
    fc.record({ op: constant('try'), body: tie('node'), recover: tie('node'), last: fc.option(tie('node')) }),
    fc.record({ op: constant('loop'), times: fc.integer({ min: 1, max: 3 }), body: tie('node') }),
    fc.record({ op: constant('if'), test: tie('node'), yes: tie('node'), no: tie('node') }),
    fc.record({ op: constant('patched'), id: fc.constantFrom('p', 'q'), yes: tie('node'), no: tie('node') }),
    fc.record({ op: constant('float'), body: tie('node') }),
    fc.record({ op: constant('scope'), shielded: fc.boolean(), ms: fc.option(ms), body: tie('node') }),
    fc.record({ op: constant('cancel'), until: tie('node'), body: tie('node') }),
    fc.record({
      op: constant('forEach'), count: fc.nat(4), concurrency: fc.integer({ min: 1, max: 3 }), ordered: fc.boolean(),
      onFailure: fc.constantFrom('fail_after_running', 'fail_immediately', 'ignore'), attempts: fc.integer({ min: 1, max: 2 }), body: tie('node'),
    }),
  ),
}))

/** Random programs; a quarter of them goes on in further runs. */
export const randomPlan: fc.Arbitrary<Plan> = fc.record({
  main: fc.tuple(fc.array(node, { minLength: 2, maxLength: 4 }), fc.nat(3)).map(([nodes, fate]): Node => (
    { op: 'seq', nodes: fate === 0 ? [...nodes, { op: 'continue' }] : nodes }
  )),
  handler: node,
})
