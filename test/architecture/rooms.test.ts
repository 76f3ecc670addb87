import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cycles, importsOf, type SourceFile, violations } from './check-imports.ts'

const ROOT = join(import.meta.dirname, '../..')
const MAX_LINES = 400

function filesOf(...patterns: readonly string[]): readonly SourceFile[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: ROOT, exclude: (path) => path.includes('node_modules') }))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

const sources = filesOf('packages/*/src/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'))

describe('the rooms', () => {
  it('import only what the table allows them', () => {
    expect(violations(sources)).toEqual([])
  })

  it('have no import cycles', () => {
    expect(cycles(sources)).toEqual([])
  })

  it(`have no file of more than ${MAX_LINES} lines, nor have the tests`, () => {
    const files = [...sources, ...filesOf('test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts')].filter(({ path }) => !path.includes('fixtures'))
    const long = files.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 })).filter(({ lines }) => lines > MAX_LINES)
    expect(long.map(({ path, lines }) => `${path} has ${lines} lines; one concept a file, find its second home.`)).toEqual([])
  })
})

describe('the check itself', () => {
  const file = (path: string, text: string): SourceFile => ({ path, text })

  it.each<[string, string, string]>([
    ['packages/sdk/src/a.ts', "import { readFileSync } from 'node:fs'", 'imports node:fs, but sdk is not of Node. Authors import'],
    ['packages/sdk/src/a.ts', "import pg from 'pg'", 'imports the package pg, which sdk may not. Authors import'],
    ['packages/codegen/src/a/b.ts', "import type { Baton } from '@baton/runtime'", 'imports runtime by @baton/runtime, which codegen may not. The compiler'],
    ['packages/runtime/src/core/a.ts', "import { x } from '../log/b.ts'", 'imports log by ../log/b.ts, which core may not. The core is'],
    ['packages/runtime/src/payload/a.ts', "export { x } from '../core/b.ts'", 'imports core by ../core/b.ts, which payload may not.'],
    ['packages/runtime/src/log/a.ts', "import {\n  a,\n  b,\n} from '../worker/b.ts'", 'imports worker by ../worker/b.ts, which log may not.'],
    ['packages/runtime/src/dispatch/a.ts', "import { type A, b } from '../core/b.ts'", 'imports more than types from core. Jobs are'],
    ['packages/runtime/src/client/a.ts', "await import('../worker/b.ts')", 'imports worker by ../worker/b.ts, which client may not.'],
    ['packages/runtime/src/worker/a.ts', "import { x } from '../client/b.ts'", 'imports client by ../client/b.ts, which worker may not. A worker meets'],
    ['packages/cli/src/a.ts', "import { x } from '../../runtime/src/worker/b.ts'", 'reaches into another package by ../../runtime/src/worker/b.ts; import it by its name.'],
    ['packages/runtime/src/core/a.ts', 'const now = Date.now()', 'mentions Date.now, which core may not. The core is'],
    ['packages/runtime/src/attic/a.ts', '', 'is in no room: give its folder a row in test/architecture/rooms.ts.'],
  ])('finds what is wrong in %s: %s', (path, text, sentence) => {
    expect(violations([file(path, text)]).join()).toContain(`${path} ${sentence}`)
  })

  it.each<[string, string]>([
    ['packages/runtime/src/dispatch/a.ts', "import { type A, type B } from '../core/b.ts'\nimport type { C } from '../core/c.ts'"],
    ['packages/runtime/src/core/a.ts', "// Date.now is not for the core\nimport { encode } from '../payload/codec.ts'\nimport { z } from 'zod'"],
    ['packages/runtime/src/index.ts', "export { Worker } from './worker/worker.ts'"],
    ['packages/codegen/src/a.ts', "import { join } from 'node:path'\nimport { x } from '@baton/sdk/host'"],
  ])('lets pass what is right in %s: %s', (path, text) => {
    expect(violations([file(path, text)])).toEqual([])
  })

  it('finds a circle', () => {
    const files = [['a', './b.ts'], ['b', './c.ts'], ['c', './a.ts'], ['d', './a.ts']].map(([name, to]) => file(`x/${name}.ts`, `import { y } from '${to}'`))
    expect(cycles(files)).toEqual(['x/a.ts → x/b.ts → x/c.ts → x/a.ts'])
  })

  it('sees the imports of the real code', () => {
    const imports = sources.flatMap(importsOf)
    expect(imports.filter(({ specifier }) => specifier.startsWith('.')).length).toBeGreaterThan(300)
    expect(imports.map(({ specifier }) => specifier)).toEqual(expect.arrayContaining(['pg-boss', 'kysely', 'reflect-metadata', 'esbuild', '@baton/sdk/host']))
  })
})
