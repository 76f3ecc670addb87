import { ts } from 'ts-morph'
import type { z } from 'zod'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isRefusal } from '../diagnostics/refusal-code.ts'
import type { Sources } from '../project/sources.ts'
import { partAt, type StaticValue, toPlain, unknownParts } from '../read/static-value.ts'

type ObjectSchema<T> = z.ZodType<T> & { readonly shape: object }

/** Options as data, or why they cannot be had; findings stand at the part that is wrong. */
export interface ReadOptions<T> {
  readonly value: T | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Checks evaluated options against a schema, by the keys it knows; a later SDK's options pass unread. */
export function readOptions<T>(sources: Sources, schema: ObjectSchema<T>, options: StaticValue): ReadOptions<T> {
  const known = onlyKeys(options, schema.shape)
  const unresolvable = unknownParts(known).map(({ node, why }) =>
    sources.diagnostic(node, {
      code: 'UnresolvableOption',
      message: `'${shorten(node.getText())}' cannot be evaluated at build time: ${why}.`,
      help: 'Write a literal, a const of this project or arithmetic on them; what differs by environment belongs in the worker.',
    }))
  if (unresolvable.length > 0) return { value: undefined, diagnostics: unresolvable }
  const parsed = schema.safeParse(toPlain(known))
  if (parsed.success) return { value: parsed.data, diagnostics: [] }
  const diagnostics = parsed.error.issues.map((issue) => {
    const refused = issue.code === 'custom' ? issue.params?.['refused'] : undefined
    const { node } = partAt(known, issue.path)
    if (isRefusal(refused)) return sources.diagnostic(node, { code: refused, message: issue.message })
    return sources.diagnostic(node, { code: 'InvalidOption', message: `Option ${issue.path.join('.') || 'object'}: ${issue.message}.` })
  })
  return { value: undefined, diagnostics }
}

function onlyKeys(options: StaticValue, shape: object): StaticValue {
  if (options.kind !== 'record') return options
  return { ...options, entries: new Map([...options.entries].filter(([key]) => key in shape)) }
}

/** The part of an option's name as far as it was written, for rules that point at one option. */
export function optionNode(options: StaticValue, name: string, fallback: ts.Node): ts.Node {
  return options.kind === 'record' ? (options.entries.get(name)?.node ?? fallback) : fallback
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
