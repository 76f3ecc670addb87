import { printable } from './printable.ts'

/** An error and its causes, a line each; with their stacks if `stacks`. */
export function failureChain(error: unknown, stacks = false): string {
  const lines: string[] = []
  for (let at = error, depth = 0; at !== undefined && depth < 10; at = at instanceof Error ? at.cause : undefined, depth++) {
    const text = at instanceof Error ? ((stacks && at.stack) || `${at.name}: ${at.message}`) : String(at)
    lines.push(depth === 0 ? text : `caused by ${text}`)
  }
  return printable(lines.join('\n  '))
}
