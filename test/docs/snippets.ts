// The code in README.md and docs/guide: found, written out as modules, and run. CONTRIBUTING.md says how a block is marked.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')
const SCOPE = join(import.meta.dirname, 'fixtures/scope.ts')

/** A `ts` block of a page. */
export interface Snippet {
  /** Such as `README.md:9`. */
  readonly place: string
  /** Its file's name; blocks of the page import each other by it. */
  readonly file: string
  readonly code: string
  readonly run: 'no' | 'to its end' | 'until stopped'
  /** What it prints, if the page says so in a `text` block right after. */
  readonly output: string | undefined
}

/** A page and its blocks in their order. */
export interface Page {
  readonly name: string
  readonly snippets: readonly Snippet[]
}

/** The pages that have snippets. */
export function readPages(): readonly Page[] {
  const guide = readdirSync(join(ROOT, 'docs/guide')).filter((name) => name.endsWith('.md')).sort()
  return ['README.md', ...guide.map((name) => `docs/guide/${name}`)].map(readPage).filter(({ snippets }) => snippets.length > 0)
}

function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const blocks = [...text.matchAll(/^```(\S+)([^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    marks: (match[2] ?? '').trim().split(/\s+/).filter(Boolean),
    code: match[3] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }))
  const snippets = blocks.flatMap((block, i): Snippet[] => {
    if (block.language !== 'ts') return []
    const next = blocks[i + 1]
    const line = text.slice(0, block.start).split('\n').length
    const named = block.marks.find((mark) => mark.startsWith('file='))?.slice('file='.length)
    refuseUnknown(block.marks, `${path}:${line}`)
    return [{
      place: `${path}:${line}`,
      file: named ?? `snippet-${line}.ts`,
      code: block.marks.includes('fragment') ? withScope(block.code) : block.code,
      run: block.marks.includes('run') ? 'to its end' : block.marks.includes('run=until-stopped') ? 'until stopped' : 'no',
      output: next?.language === 'text' && text.slice(block.end, next.start).trim() === '' ? next.code : undefined,
    }]
  })
  return { name: basename(path, '.md'), snippets }
}

function refuseUnknown(marks: readonly string[], place: string): void {
  for (const mark of marks) {
    if (!/^(?:fragment|run|run=until-stopped|file=[\w-]+\.ts)$/.test(mark)) throw new Error(`${place}: '${mark}' means nothing on a ts block.`)
  }
}

/** The block with an import of the names it uses and does not declare. */
function withScope(code: string): string {
  const names = [...readFileSync(SCOPE, 'utf8').matchAll(/^export (?:declare )?(?:interface|class|const) (\w+)/gm)].map(([, name = '']) => name)
  const used = names.filter((name) => {
    const declared = new RegExp(`\\b(?:const|let|using|class|interface|type|function) ${name}\\b|^import [^']*\\b${name}\\b[^']* from`, 'm')
    return new RegExp(`\\b${name}\\b`).test(code) && !declared.test(code)
  })
  const specifiers = used.map((name) => (name === 'Order' ? `type ${name}` : name)).join(', ')
  return used.length === 0 ? code : `import { ${specifiers} } from '@scope'\n${code}`
}

/** The pages as modules, a folder a page, inside the repository so that they find its packages; gone at disposal. */
export function writeOut(pages: readonly Page[]): Disposable & { readonly folder: string; placeOf(file: string): string } {
  const parent = join(ROOT, '.baton/snippets')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'run-'))
  const places = new Map<string, string>()
  for (const { name, snippets } of pages) {
    mkdirSync(join(folder, name))
    for (const { file, code, place } of snippets) {
      const path = join(folder, name, file)
      const scope = relative(dirname(path), SCOPE)
      writeFileSync(path, `${code.replace("'@scope'", `'${scope}'`)}${/^(?:import|export)\b/m.test(code) ? '' : '\nexport {}\n'}`)
      places.set(`${name}/${file}`, place)
    }
  }
  return {
    folder,
    placeOf: (file) => places.get(file) ?? file,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
