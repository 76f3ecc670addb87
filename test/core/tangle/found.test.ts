// Programs for which the laws did not hold once, as small as they were found.
import { expect, test } from 'vitest'
import { laws } from './laws.ts'
import type { Node } from './node.ts'

const step: Node = { op: 'step', name: 'a' }
const next: Node = { op: 'continue' }
const sleep: Node = { op: 'sleep', ms: 0 }
const child: Node = { op: 'child', policy: 'stop', wait: false }
const each = (count: number, concurrency: number, body: Node): Node => ({
  op: 'forEach', count, concurrency, ordered: false, onFailure: 'fail_after_running', attempts: 1, body,
})

const found: Readonly<Record<string, { readonly main: readonly Node[]; readonly handler?: Node; readonly choices: readonly number[] }>> = {
  'commands of a further run have names of their own': { main: [step, sleep, next], choices: [0] },
  'the length of the history counts no iteration': { main: [each(1, 1, step), { op: 'draw' }, { op: 'tell' }, { op: 'tell' }, next], choices: [0] },
  'a child that is cancelled before it has started is waited for': {
    main: [each(2, 2, step), step, next], handler: { op: 'cancel', until: child, body: child }, choices: [573, 987, 82],
  },
  'an iteration that ends in the turn that began it leaves its log closed': {
    main: [each(1, 1, { op: 'float', body: { op: 'condition', count: 1, ms: 0 } }), { op: 'tell' }, next], choices: [0],
  },
  'an iteration that was left open within another goes with it': {
    main: [each(1, 1, { op: 'float', body: each(1, 1, { op: 'condition', count: 1, ms: 0 }) }), step, next], choices: [0],
  },
  'iterations keep their order among each other': { main: [each(2, 2, { op: 'seq', nodes: [sleep, sleep] }), next], choices: [0] },
  'what is undone twice has two names': {
    main: [{ op: 'loop', times: 2, body: { op: 'seq', nodes: [{ op: 'compensate' }, { op: 'step', name: 'b' }] } }, step, next], choices: [0, 765],
  },
  'the time limit of a shielded scope is shielded as well': {
    main: [each(2, 2, { op: 'try', body: { op: 'condition', count: 4, ms: null }, recover: { op: 'scope', shielded: true, ms: 0, body: step }, last: null }), step, next],
    choices: [120],
  },
  'a child that is stopping goes on stopping when another scope is cancelled': {
    main: [{ op: 'cancel', until: each(2, 1, { op: 'cancel', until: step, body: step }), body: { op: 'token', ms: null } }, { op: 'tell' }, step, next],
    handler: { op: 'seq', nodes: [{ op: 'seq', nodes: [child, sleep] }, { op: 'step', name: 'e' }] },
    choices: [42, 829, 473, 349, 0, 0, 470, 77, 526, 51],
  },
  'what an iteration has left to itself is not waited for when the program has failed': {
    main: [sleep, next], handler: each(1, 1, { op: 'cancel', until: step, body: { op: 'float', body: { op: 'step', name: 'b' } } }),
    choices: [0, 297, 0, 172],
  },
}

test.each(Object.entries(found))('%s', async (_, { main, handler = step, choices }) => {
  for (const law of Object.values(laws)) {
    await expect(law({ plan: { main: { op: 'seq', nodes: main }, handler }, choices })).resolves.toBeUndefined()
  }
})
