import { InvalidArgumentError } from 'commander'

/** Reads names with commas between them, and adds them to those of the options before. */
export function names(text: string, before: readonly string[] = []): readonly string[] {
  const found = text.split(',').map((name) => name.trim())
  if (found.includes('')) throw new InvalidArgumentError('Give names with commas between them.')
  return [...new Set([...before, ...found])]
}
