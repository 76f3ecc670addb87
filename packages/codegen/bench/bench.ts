// Measures the compiler on a generated project: node --conditions=@baton/source packages/codegen/bench/bench.ts [workflows]
// 100 workflows in 300 files unless told otherwise: each has a schema file and a helper file that calls a shared one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Build } from '../src/build/build-manifest.ts'
import { watchManifest } from '../src/index.ts'
import { openProject } from '../src/project/open-project.ts'

const count = Number(process.argv[2] ?? 100)
// Inside the workspace, so that the SDK and zod resolve.
const folder = mkdtempSync(join(import.meta.dirname, '.generated-'))

function generate(): void {
  const options = { extends: '../../../../tsconfig.base.json', compilerOptions: { noEmit: true, composite: false, types: ['node'] }, include: ['src'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  mkdirSync(join(folder, 'src'))
  const write = (name: string, lines: readonly string[]): void => writeFileSync(join(folder, 'src', name), `${lines.join('\n')}\n`)
  write('shared.ts', ['export function clamp(value: number, most: number): number {', '  return Math.min(value, most)', '}'])
  for (let i = 0; i < count; i++) {
    write(`schema-${i}.ts`, [
      "import { z } from 'zod'",
      'export const Item = z.object({ sku: z.string(), quantity: z.number().int(), note: z.string().optional() })',
      `export const Order${i} = z.object({ id: z.string(), total: z.number(), items: z.array(Item), currency: z.enum(['EUR', 'USD']), due: z.date() })`,
      'export type Item = z.infer<typeof Item>',
      `export type Order${i} = z.infer<typeof Order${i}>`,
    ])
    write(`pricing-${i}.ts`, [
      "import { clamp } from './shared.ts'",
      `import type { Order${i} } from './schema-${i}.ts'`,
      `export function price${i}(order: Order${i}): number {`,
      `  return clamp(order.items.reduce((sum, item) => sum + item.quantity, 0) * ${i + 1}, order.total)`,
      '}',
    ])
    write(`workflow-${i}.ts`, workflow(i))
  }
}

function workflow(i: number): readonly string[] {
  return [
    "import { ApplicationError, Run, sleep, Step, Workflow } from '@baton/sdk'",
    `import { type Item, Order${i} } from './schema-${i}.ts'`,
    `import { price${i} } from './pricing-${i}.ts'`,
    `@Workflow({ name: 'order-${i}', input: Order${i} })`,
    `export class Workflow${i} {`,
    `  @Step({ retry: { maxAttempts: 5 }, timeout: '30s' }) async charge(order: Order${i}, amount: number): Promise<{ id: string; at: Date }> {`,
    '    return { id: `${order.id}-${amount}`, at: new Date() }',
    '  }',
    '  @Step() async pack(item: Item): Promise<{ sku: string; weight: number }> { return { sku: item.sku, weight: item.quantity } }',
    '  @Step() async refund(id: string): Promise<void> { await Promise.resolve(id) }',
    `  @Run() async run(order: Order${i}): Promise<{ parcels: { sku: string; weight: number }[] }> {`,
    `    const amount = price${i}(order)`,
    "    if (amount === 0) throw new ApplicationError('Empty')",
    '    const charge = await this.charge(order, amount)',
    '    try {',
    '      const parcels = await Promise.all(order.items.map((item) => this.pack(item)))',
    "      await sleep('1h')",
    '      return { parcels }',
    '    } catch (error) {',
    '      await this.refund(charge.id)',
    '      throw error',
    '    }',
    '  }',
    '}',
  ]
}

function timed<T>(what: string, act: () => T): T {
  const start = performance.now()
  const result = act()
  console.log(`${what.padEnd(44)} ${((performance.now() - start) / 1000).toFixed(2)} s`)
  return result
}

async function measureWatch(): Promise<void> {
  let wake: (() => void) | undefined
  await using _ = watchManifest({ project: join(folder, 'tsconfig.json') }, () => wake?.())
  for (const [what, file] of [['a workflow', 'workflow-7.ts'], ['a helper of one', 'pricing-7.ts'], ['a helper of all', 'shared.ts'], ['a workflow again', 'workflow-7.ts']] as const) {
    const path = join(folder, 'src', file)
    const start = performance.now()
    const built = new Promise<void>((resolve) => { wake = resolve })
    writeFileSync(path, readFileSync(path, 'utf8').replace(/\}\n$/, `  // ${start}\n}\n`))
    await built
    console.log(`${`watch: after an edit of ${what}`.padEnd(44)} ${((performance.now() - start) / 1000).toFixed(2)} s`)
  }
}

try {
  generate()
  const build = timed(`cold: read ${count} workflows in ${count * 3 + 1} files`, () => new Build(openProject({ project: join(folder, 'tsconfig.json') })))
  const result = timed('cold: build', () => build.run())
  console.log(`${result.manifest.workflows.length} workflows, ${result.diagnostics.length} findings, ${(result.text.length / 1024).toFixed(0)} KB`)
  timed('again, nothing changed', () => build.run())
  await measureWatch()
  console.log(`memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
