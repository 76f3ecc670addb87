import { posix } from 'node:path'
import { type Room, ROOMS } from './rooms.ts'

export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly specifier: string
  /** Only types come of it. */
  readonly type: boolean
}

const STATIC = /^(?:import|export)\b(?<what>[^'"]*?)\bfrom '(?<specifier>[^']+)'/gm
const BARE = /^import '(?<specifier>[^']+)'/gm
const DYNAMIC = /\bimport\('(?<specifier>[^']+)'\)/g

/** The imports of a file, found by their text. */
export function importsOf({ text }: SourceFile): readonly Import[] {
  const code = withoutComments(text)
  return [
    ...[...code.matchAll(STATIC)].map(({ groups }) => ({ specifier: groups?.['specifier'] ?? '', type: isType(groups?.['what'] ?? '') })),
    ...[BARE, DYNAMIC].flatMap((pattern) => [...code.matchAll(pattern)].map(({ groups }) => ({ specifier: groups?.['specifier'] ?? '', type: false }))),
  ]
}

/** `import type …`, or braces in which every name says `type`. */
function isType(what: string): boolean {
  const clause = what.trim()
  if (clause.startsWith('type ')) return true
  const named = /^\{(?<names>[^}]*)\}$/.exec(clause)?.groups?.['names']
  return named !== undefined && named.split(',').map((name) => name.trim()).filter(Boolean).every((name) => name.startsWith('type '))
}

/** Each thing a file imports or mentions that its room forbids, as a sentence with the reason. */
export function violations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const found = roomOf(file.path)
    if (!found) return [`${file.path} is in no room: give its folder a row in test/architecture/rooms.ts.`]
    const [name, room] = found
    const said = importsOf(file).flatMap((each) => {
      const wrong = refusal(file.path, name, room, each)
      return wrong === undefined ? [] : [`${file.path} ${wrong}. ${room.why}`]
    })
    const mentioned = room.forbidden?.exec(withoutComments(file.text))?.[0]
    return mentioned === undefined ? said : [...said, `${file.path} mentions ${mentioned}, which ${name} may not. ${room.why}`]
  })
}

function refusal(path: string, name: string, room: Room, { specifier, type }: Import): string | undefined {
  if (specifier.startsWith('node:')) return room.node ? undefined : `imports ${specifier}, but ${name} is not of Node`
  const target = targetOf(path, specifier)
  if (target === undefined) {
    return room.packages.includes(packageOf(specifier)) ? undefined : `imports the package ${specifier}, which ${name} may not`
  }
  if (target === name) return undefined
  if (specifier.startsWith('.') && packageFolder(path) !== packageFolder(posix.join(posix.dirname(path), specifier))) {
    return `reaches into another package by ${specifier}; import it by its name`
  }
  if (room.rooms.includes(target)) return undefined
  if (room.rooms.includes(`type ${target}`)) return type ? undefined : `imports more than types from ${target}`
  return `imports ${target} by ${specifier}, which ${name} may not`
}

/** The room a specifier leads to; undefined for the packages of others. */
function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return roomOf(posix.join(posix.dirname(path), specifier))?.[0] ?? 'nowhere'
  return /^@baton\/(?<name>[a-z]+)/.exec(specifier)?.groups?.['name']
}

function roomOf(path: string): readonly [string, Room] | undefined {
  return Object.entries(ROOMS)
    .filter(([, { folder }]) => path === folder || path.startsWith(`${folder}/`))
    .sort(([, a], [, b]) => b.folder.length - a.folder.length)
    .find(([name, { folder }]) => name !== 'runtime' || posix.dirname(path) === folder)
}

function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

function packageFolder(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

/** Each circle of files that import one another, as the way round; types count: who must be read together belongs together. */
export function cycles(files: readonly SourceFile[]): readonly string[] {
  const known = new Set(files.map(({ path }) => path))
  const edges = new Map(files.map((file) => [file.path, importsOf(file).map(({ specifier }) => posix.join(posix.dirname(file.path), specifier)).filter((path) => known.has(path))]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path)
    if (at >= 0) circles.push([...way.slice(at), path].join(' → '))
    if (at >= 0 || done.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...way, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  return circles
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/\s\/\/ .*$/gm, '')
}
