import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The text of a file of the npm package `vega-datasets`. The package exports its code only; the data lies beside it. */
export function readDataset(file: string): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  return readFile(join(dirname(entry), '..', 'data', file), 'utf8')
}
