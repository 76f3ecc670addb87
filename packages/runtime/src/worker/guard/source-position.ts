// Which line of the author's is on the stack. It reads the text of a stack, because that has been through whatever source
// maps the process has: node's, tsx's, vitest's.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Frame {
  readonly file: string
  readonly position: string
}

/** Who called a function that is guarded. */
export interface Caller {
  /** `/app/src/order.ts:23:17`: the nearest line that is the author's, else the nearest of a library. */
  readonly position: string | undefined
  /** Whether it is Node itself on an errand that is no I/O of the author's: it loads a module, or formats a stack. */
  readonly isNode: boolean
}

/** Deep enough to see the author through a library. */
const DEPTH = 60
const SELF = /\/runtime\/(?:src|dist)\/worker\/guard\/source-position\.[jt]s$/
/** The folder of Baton's packages; undefined in a bundle, where a file is nobody's alone. */
const PACKAGES = SELF.test(fileURLToPath(import.meta.url)) ? fileURLToPath(import.meta.url).replace(SELF, '/') : undefined
const OURS = PACKAGES === undefined ? [] : ['sdk', 'runtime', 'testing'].map((name) => `${PACKAGES}${name}/`)

/** The caller of `below`, which is on the stack. */
export function callerOf(below: (...args: never[]) => unknown): Caller {
  const stack = stackBelow(below)
  const frames = stack.split('\n').map(toFrame).filter((frame) => frame !== undefined)
  const authors = frames.filter(({ file }) => !isNode(file) && !OURS.some((folder) => file.startsWith(folder)))
  const nearest = authors.find(({ file }) => !file.includes('/node_modules/')) ?? authors[0]
  const first = frames.find(({ file }) => file !== 'node:fs')
  return {
    position: nearest?.position,
    isNode: /^\s*at .*prepareStackTrace/im.test(stack) || (first?.file.startsWith('node:internal/modules/') ?? false),
  }
}

function stackBelow(below: (...args: never[]) => unknown): string {
  const limit = Error.stackTraceLimit
  try {
    Error.stackTraceLimit = DEPTH
    const here: { stack?: unknown } = new Error('here')
    Error.captureStackTrace(here, below)
    return typeof here.stack === 'string' ? here.stack : ''
  } finally {
    Error.stackTraceLimit = limit
  }
}

function toFrame(line: string): Frame | undefined {
  const place = /^\s*at (?:.*\()?(?:async )?(\S.*?):(\d+):(\d+)\)?$/.exec(line)
  if (!place) return undefined
  const [, url = '', row = '', column = ''] = place
  const file = url.startsWith('file://') ? fileURLToPath(url) : url
  return { file, position: `${file}:${row}:${column}` }
}

function isNode(file: string): boolean {
  return file.startsWith('node:') || file === dirname(file)
}
