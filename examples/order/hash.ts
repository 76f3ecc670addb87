import { createHash } from 'node:crypto'

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A number from 0 to below `end` that depends on the text alone. */
export function numberFrom(text: string, end: number): number {
  return Number.parseInt(hashOf(text).slice(0, 8), 16) % end
}
