import { readFile } from 'node:fs/promises'

/** The text of a file of the npm package `vega-datasets`. The package exports its code only; the data lies beside it. */
export function readDataset(file: string): Promise<string> {
  return readFile(new URL(`../data/${file}`, import.meta.resolve('vega-datasets')), 'utf8')
}
