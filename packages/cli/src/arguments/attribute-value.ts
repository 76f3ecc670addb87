import type { AttributeValue } from '@baton/sdk'
import { z } from 'zod'

const Literal = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())])
const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/

/** The value of an attribute as typed: a JSON number, boolean, array or quoted text; a moment in ISO form; else text. */
export function attributeValue(text: string): AttributeValue {
  const literal = Literal.safeParse(parse(text))
  if (literal.success) return literal.data
  return MOMENT.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text) : text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // most text is no JSON
  }
}
