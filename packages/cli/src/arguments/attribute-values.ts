import type { AttributeValue } from '@baton/sdk'
import { InvalidArgumentError } from 'commander'
import { attributeValue } from './attribute-value.ts'

/** Reads `name=value`, and adds it to those of the options before. */
export function attributeValues(text: string, before: Readonly<Record<string, AttributeValue>> = {}): Readonly<Record<string, AttributeValue>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Give name=value.')
  return { ...before, [text.slice(0, at)]: attributeValue(text.slice(at + 1)) }
}
