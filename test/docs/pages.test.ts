// Links of the pages lead somewhere, decisions have their form, and the architecture names the invariants that the code has.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './snippets.ts'

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...globSync(['docs/**/*.md', 'examples/*/README.md'], { cwd: ROOT })]
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** As GitHub names the anchors of headings: those of one name are numbered from the second on. */
function anchorsOf(path: string): readonly string[] {
  const times = new Map<string, number>()
  return [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const anchor = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
    const earlier = times.get(anchor) ?? 0
    times.set(anchor, earlier + 1)
    return earlier === 0 ? anchor : `${anchor}-${earlier}`
  })
}

test.each(pages)('the links of %s lead somewhere', (page) => {
  const links = [...read(page).replaceAll(/^```.*?^```$/gms, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return false
    const [file = '', anchor] = link.split('#')
    const path = file === '' ? page : join(dirname(page), file)
    return !existsSync(join(ROOT, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor))
  })
  expect(broken).toEqual([])
})

test('docs/README.md lists every page', () => {
  const listed = new Set([...read('docs/README.md').matchAll(/\]\(([^)\s#]+)/g)].map(([, link = '']) => join('docs', link)))
  const there = globSync(['docs/*.md', 'docs/guide/*.md', 'docs/adr/*.md', 'docs/reference/**/*.md', 'examples/*/README.md'], { cwd: ROOT })
  expect(there.filter((page) => page !== 'docs/README.md' && !listed.has(page))).toEqual([])
})

test.each(globSync('docs/adr/*.md', { cwd: ROOT }))('%s has the form of a decision', (page) => {
  const text = read(page)
  expect(text.split('\n').length).toBeLessThan(40)
  expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(['Context', 'Decision', 'Consequences', 'Rejected'])
})

test('ARCHITECTURE.md has the invariants of the banners', () => {
  const banners = globSync('packages/runtime/src/**/*.ts', { cwd: ROOT }).flatMap((file) => [...read(file).matchAll(/^\/\/ {2}([A-Z]\d+) {2}/gm)].map(([, id]) => id))
  const listed = [...read('ARCHITECTURE.md').matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, id]) => id)
  expect(listed.toSorted()).toEqual(banners.toSorted())
})

test('the figures of the README are those of docs/performance.md', () => {
  const [, table = ''] = /## Why it is fast\n.*?((?:^\|.*\n)+)/ms.exec(read('README.md')) ?? []
  const figures = [...table.matchAll(/(\d[\d.,]*\d) (?:ms|steps\/s|commits)/g)].map(([, figure = '']) => figure)
  expect(figures.length).toBeGreaterThanOrEqual(6)
  expect(figures.filter((figure) => !read('docs/performance.md').includes(` ${figure} `))).toEqual([])
})
