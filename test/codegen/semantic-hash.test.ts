import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, type Files } from './support/compile.ts'

const base = {
  'order.ts': `
import { ApplicationError, Run, sleep, Step, Workflow } from '@baton/sdk'
import { createHash } from 'node:crypto'
import { Order } from './schema.ts'
import { discount, type Rate } from './pricing/discount.ts'
import * as limits from './limits.ts'
import { z } from 'zod'

const RETRY = { maxAttempts: 5 } as const
const unusedHere = 1

@Workflow({ name: 'order', input: Order })
export class OrderWorkflow {
  private limit = limits.BIG
  private approvedBy?: string

  @Step({ retry: RETRY, timeout: '30s' })
  async charge(order: z.infer<typeof Order>): Promise<string> {
    const { id } = order
    const { id: other } = { id: 'x' }
    const digest = createHash('sha256').update(id + other).digest('hex')
    return digest
  }

  @Step()
  async pack(item: string): Promise<string> { return item }

  private isBig(total: number): boolean { return total > this.limit }

  private neverCalled(): number { return 42 }

  @Run()
  async run(order: z.infer<typeof Order>): Promise<string[]> {
    const { total, items: list } = order
    let price = discount(total, 0.5 as Rate)
    if (this.isBig(price)) throw new ApplicationError('TooBig')
    await this.charge(order)
    const parcels: string[] = []
    for (const item of list) {
      parcels.push(await this.pack(item))
    }
    await sleep('1h')
    return parcels
  }
}
`,
  'schema.ts': `
import { z } from 'zod'
const Item = z.string().min(1)
export const Order = z.object({ id: z.string(), total: z.number(), items: z.array(Item) })
`,
  'pricing/discount.ts': `
import { round } from '../round.ts'
export type Rate = number
export function discount(total: number, rate: Rate): number {
  // Never below zero.
  const reduced = total * (1 - rate)
  return round(Math.max(0, reduced))
}
export function unrelated() { return 1 }
`,
  'round.ts': `export const round = (value: number) => Math.round(value * 100) / 100`,
  'limits.ts': `export const BIG = 10_000\nexport const SMALL = 10`,
} satisfies Files

type Name = keyof typeof base
const replace = (file: Name, from: string | RegExp, to: string) => (files: Files): Files => {
  const text = files[file] ?? ''
  const edited = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to)
  if (edited === text) throw new Error(`the edit of ${file} changes nothing`)
  return { ...files, [file]: edited }
}
const hash = (files: Files): string => canonical(files)
const original = hash(base)

const same: Record<string, (files: Files) => Files> = {
  'a comment': replace('order.ts', 'const parcels', '/* what we send */ const parcels'),
  'a comment in a helper': replace('pricing/discount.ts', '// Never below zero.', '// At least zero.'),
  'reformatting': replace('order.ts', /\n\s+/, '\n\n      '),
  'double quotes and semicolons': (files) => replace('order.ts', /await (.*)\)\n/, 'await $1);\n')(replace('order.ts', "'", '"')(files)),
  'line ends': replace('order.ts', '\n', '\r\n'),
  'a renamed local': replace('order.ts', 'parcels', 'boxes'),
  'a renamed parameter': replace('pricing/discount.ts', 'total', 'sum'),
  'a renamed local taken from a pattern': (files) => replace('order.ts', 'items: list', 'items: many')(replace('order.ts', 'of list', 'of many')(files)),
  'a pattern written out': replace('order.ts', '{ total, items: list }', '{ total: total, items: list }'),
  'a renamed helper function': (files) => replace('order.ts', 'discount(', 'reduce(')(replace('order.ts', '{ discount, type', '{ discount as reduce, type')(files)),
  'a helper renamed where it is declared': (files) => replace('pricing/discount.ts', /\bround\b(?!\.ts)/, 'toCents')(replace('round.ts', 'const round', 'const toCents')(files)),
  'a renamed constant': replace('order.ts', 'RETRY', 'OFTEN'),
  'a type annotation': replace('order.ts', 'const parcels: string[] = []', 'const parcels: Array<string> = []'),
  'a changed type': replace('pricing/discount.ts', 'type Rate = number', 'type Rate = number & {}'),
  'a cast': replace('order.ts', '0.5 as Rate', '(0.5 satisfies number)'),
  'visibility': replace('order.ts', 'private isBig', 'protected isBig'),
  'a field that only declares a type': replace('order.ts', 'approvedBy?: string', 'approvedBy?: string | undefined'),
  'let instead of const': replace('order.ts', 'let price', 'const price'),
  'parentheses': replace('pricing/discount.ts', 'total * (1 - rate)', '((total) * (1 - rate))'),
  'a trailing comma': replace('order.ts', "timeout: '30s' }", "timeout: '30s', }"),
  'a quoted key': replace('order.ts', "timeout: '30s'", "'timeout': '30s'"),
  'a separator in a number': replace('limits.ts', '10_000', '1e4'),
  'a template without substitutions': replace('order.ts', "'TooBig'", '`TooBig`'),
  'braces around one statement': replace('order.ts', "throw new ApplicationError('TooBig')", "{ throw new ApplicationError('TooBig') }"),
  'an arrow with a block': replace('round.ts', '=> Math.round(value * 100) / 100', '=> { return Math.round(value * 100) / 100 }'),
  'an unused import': replace('order.ts', "import { z } from 'zod'", "import { z } from 'zod'\nimport { SMALL } from './limits.ts'"),
  'a declaration nobody reaches': replace('order.ts', 'unusedHere = 1', 'unusedHere = 2'),
  'another export of a helper file': replace('pricing/discount.ts', 'return 1', 'return 2'),
  'a constant nobody reads behind a namespace': replace('limits.ts', 'SMALL = 10', 'SMALL = 11'),
  'an unreached private method': replace('order.ts', 'return 42', 'return 43'),
  'the order of methods': (files) => {
    const pack = "  @Step()\n  async pack(item: string): Promise<string> { return item }\n\n"
    const without = replace('order.ts', pack, '')(files)
    return replace('order.ts', '  @Run()', `${pack}  @Run()`)(without)
  },
  'the order of declarations': replace('schema.ts', /const Item = .*\n(export const Order .*)\n/, '$1\nconst Item = z.string().min(1)\n'),
  'a moved file': ({ 'round.ts': round = '', ...files }) => replace('pricing/discount.ts', '../round.ts', './cents/round.ts')({ ...files, 'pricing/cents/round.ts': round }),
  'a helper moved to another file': (files) => {
    const moved = "const round = (value: number) => Math.round(value * 100) / 100\n"
    return replace('pricing/discount.ts', "import { round } from '../round.ts'\n", moved)(files)
  },
  'a re-export in between': (files) => replace('pricing/discount.ts', '../round.ts', '../index.ts')({ ...files, 'index.ts': "export * from './round.ts'" }),
  'an import by another path of the SDK': (files) => replace('order.ts', "from '@baton/sdk'", "from './baton.ts'")({ ...files, 'baton.ts': "export { ApplicationError, Run, sleep, Step, Workflow } from '@baton/sdk'" }),
}

const different: Record<string, (files: Files) => Files> = {
  'a helper': replace('pricing/discount.ts', 'Math.max(0', 'Math.max(1'),
  'a helper of a helper': replace('round.ts', '* 100)', '* 10)'),
  'a constant behind a namespace': replace('limits.ts', 'BIG = 10_000', 'BIG = 20_000'),
  'a constant option': replace('order.ts', 'maxAttempts: 5', 'maxAttempts: 6'),
  'an option': replace('order.ts', "'30s'", "'31s'"),
  'the name of the workflow': replace('order.ts', "name: 'order'", "name: 'orders'"),
  'the zod schema': replace('schema.ts', 'total: z.number()', 'total: z.number().positive()'),
  'a schema in the schema': replace('schema.ts', 'min(1)', 'min(2)'),
  'a step body': replace('order.ts', "'sha256'", "'sha512'"),
  'the order of steps in run': (files) => replace('order.ts', "    await sleep('1h')\n", '')(replace('order.ts', '    await this.charge(order)', "    await sleep('1h')\n    await this.charge(order)")(files)),
  'a step removed from run': replace('order.ts', '    await this.charge(order)\n', ''),
  'a renamed step': replace('order.ts', /\bpack\b/, 'wrap'),
  'a reached private method': replace('order.ts', 'total > this.limit', 'total >= this.limit'),
  'a field': replace('order.ts', 'limit = limits.BIG', 'limit = limits.SMALL'),
  'await dropped': replace('order.ts', 'parcels.push(await this.pack(item))', 'parcels.push(this.pack(item))'),
  'a property name': replace('order.ts', 'items: list', 'things: list'),
  'another export of a dependency': replace('order.ts', "import { createHash }", 'import { createHmac as createHash }'),
  'another dependency': replace('order.ts', 'node:crypto', 'other-crypto'),
  'two locals swapped': replace('pricing/discount.ts', 'total * (1 - rate)', 'rate * (1 - total)'),
  'two names from patterns swapped': replace('order.ts', 'id + other', 'other + id'),
  'a global': replace('round.ts', 'Math.round', 'Math.floor'),
  'an operator': replace('pricing/discount.ts', '1 - rate', '1 + rate'),
  'a prefix operator': replace('order.ts', 'if (this.isBig', 'if (!this.isBig'),
  'optional chaining': replace('order.ts', 'this.isBig(', 'this?.isBig('),
  'async dropped': replace('order.ts', 'async pack(item: string): Promise<string>', 'pack(item: string)'),
  'a text with white space': replace('order.ts', "'TooBig'", "'Too  Big'"),
  'a base class': replace('order.ts', 'class OrderWorkflow {', 'class OrderWorkflow extends Date {'),
}

describe('the semantic hash stays the same after', () => {
  test.each(Object.entries(same))('%s', (_, edit) => expect(hash(edit(base))).toBe(original))
})

describe('the semantic hash changes after an edit of', () => {
  test.each(Object.entries(different))('%s', (_, edit) => expect(hash(edit(base))).not.toBe(original))
})

test('helpers that call each other end', () => {
  const even = (word: string): Files => replace('round.ts', 'export const round', `import { odd } from './odd.ts'\nexport const even = (n: number): boolean => n === 0 || odd(n - 1)\nexport const round`)({
    ...replace('pricing/discount.ts', 'Math.max(0, reduced)', 'even(reduced) ? 0 : 1')(replace('pricing/discount.ts', '{ round }', '{ round, even }')(base)),
    'odd.ts': `import { even } from './round.ts'\nexport const odd = (n: number): boolean => n !== ${word} && even(n - 1)`,
  })
  expect(hash(even('0'))).toBe(hash(even('0')))
  expect(hash(even('0'))).not.toBe(hash(even('1')))
})

test('any renaming of locals keeps the hash', () => {
  const word = fc.stringMatching(/^[a-z][a-zA-Z0-9]{5,9}X$/)
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 4, maxLength: 4 }), (names) => {
      const locals = ['parcels', 'price', 'list', 'reduced']
      const renamed = locals.reduce<Files>((files, local, index) => {
        const file = local === 'reduced' ? 'pricing/discount.ts' : 'order.ts'
        return replace(file, new RegExp(`\\b${local}\\b`), names[index] ?? local)(files)
      }, base)
      expect(hash(renamed)).toBe(original)
    }),
    { numRuns: 15 },
  )
})

describe('messages, waits and iterations are behaviour', () => {
  const program: Files = {
    'w.ts': `
import { condition, forEach, Query, Run, Signal, Step, Update, Workflow } from '@baton/sdk'
import { enough } from './enough.ts'
import { Plan } from './plan.ts'

@Workflow({ name: 'w', timeout: '30d' })
export class W {
  private votes = 0

  @Step() async pack(item: string): Promise<number> { return item.length }

  @Signal() vote(weight: number): void { const counted = weight * 2; this.votes += counted }

  @Query() count(): number { const found = this.votes; return found }

  @Update({ payload: Plan, validate: 'checkPlan' })
  async setPlan(plan: string): Promise<string> { const previous = plan; await this.pack(previous); return previous }

  checkPlan(plan: string): void { const known = ['a', 'b']; if (!known.includes(plan)) throw new Error('unknown') }

  neverCalled(): number { return 1 }

  @Run() async run(items: string[]): Promise<number[]> {
    await condition(() => { const wanted = 3; return enough(this.votes, wanted) }, '3d')
    return forEach(items, { concurrency: 5 }, async (item) => { const size = await this.pack(item); return size + 1 })
  }
}
`,
    'enough.ts': 'export const enough = (votes: number, wanted: number): boolean => votes >= wanted',
    'plan.ts': "import { z } from 'zod'\nexport const Plan = z.string().min(1)",
  }
  const edit = (file: string, from: string | RegExp, to: string) => (files: Files): Files => {
    const text = files[file] ?? ''
    const edited = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to)
    if (edited === text) throw new Error(`the edit of ${file} changes nothing`)
    return { ...files, [file]: edited }
  }
  const programHash = hash(program)

  const changes: Record<string, (files: Files) => Files> = {
    'a signal': edit('w.ts', 'weight * 2', 'weight * 3'),
    'a query': edit('w.ts', 'return found }', 'return found + 1 }'),
    'an update': edit('w.ts', 'await this.pack(previous); ', ''),
    'a validator, which only its name leads to': edit('w.ts', "['a', 'b']", "['a']"),
    'the validator chosen': edit('w.ts', ", validate: 'checkPlan'", ''),
    'the schema of a payload': edit('plan.ts', 'min(1)', 'min(2)'),
    'a predicate': edit('w.ts', 'wanted = 3', 'wanted = 4'),
    'a helper of a predicate': edit('enough.ts', '>=', '>'),
    'how long a condition waits': edit('w.ts', "'3d')", "'4d')"),
    'the body of a forEach': edit('w.ts', 'size + 1', 'size + 2'),
    'how many iterations run at once': edit('w.ts', 'concurrency: 5', 'concurrency: 6'),
    'the timeout of the execution': edit('w.ts', "'30d'", "'31d'"),
    'a signal made a query': edit('w.ts', '@Signal()', '@Query()'),
    'the name of a signal': edit('w.ts', /\bvote\b/, 'ballot'),
  }
  const names = Object.keys(changes)

  test('any of these edits changes it, and any two sets of them give two hashes', () => {
    const known = new Map<string, string>([[programHash, '']])
    fc.assert(
      fc.property(fc.subarray(names), (chosen) => {
        const key = chosen.join(', ')
        // The edits of one place leave each other nothing to change.
        const clash = chosen.includes('a signal made a query') && chosen.includes('the name of a signal')
        if (clash) return
        const edited = hash(chosen.reduce<Files>((files, name) => changes[name]?.(files) ?? files, program))
        expect(known.get(edited) ?? key).toBe(key)
        known.set(edited, key)
      }),
      { numRuns: 40, examples: names.map((name) => [[name]]) },
    )
  })

  test('names of locals in closures, comments and code that nothing reaches do not', () => {
    const word = fc.stringMatching(/^[a-z][a-zA-Z0-9]{5,9}X$/)
    const locals = ['weight', 'counted', 'found', 'previous', 'known', 'wanted', 'item', 'size']
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: locals.length, maxLength: locals.length }), fc.stringMatching(/^[a-z ]{0,20}$/), (fresh, comment) => {
        const renamed = locals.reduce<Files>((files, local, index) => edit('w.ts', new RegExp(`\\b${local}\\b`), fresh[index] ?? local)(files), program)
        const commented = edit('w.ts', 'await condition(', `/* ${comment} */ await condition(`)(edit('w.ts', 'return 1 }', 'return 2 }')(renamed))
        expect(hash(commented)).toBe(programHash)
      }),
      { numRuns: 15 },
    )
  })
})
