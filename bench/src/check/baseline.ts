// Owns: bench/baseline.json, the run that later ones are compared with.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../environment.ts'
import type { Figure } from './compare.ts'

const FILE = join(import.meta.dirname, '..', '..', 'baseline.json')

export interface Baseline extends Pick<Environment, 'date' | 'commit' | 'node' | 'machine' | 'load'> {
  readonly figures: readonly Figure[]
}

/** @throws Error if there is none, or what is there is none. */
export async function readBaseline(): Promise<Baseline> {
  const text = await readFile(FILE, 'utf8').catch((cause: unknown) => {
    throw new Error('There is no bench/baseline.json to compare with; --check --update makes one.', { cause })
  })
  const baseline = JSON.parse(text) as Baseline
  if (!Array.isArray(baseline.figures)) throw new Error('bench/baseline.json has no figures; --check --update makes it anew.')
  return baseline
}

export async function writeBaseline({ date, commit, node, machine, load }: Environment, figures: readonly Figure[]): Promise<void> {
  const head = JSON.stringify({ date, commit, node, machine, load }, undefined, 2).slice(0, -2)
  const lines = figures.map((figure) => `    ${JSON.stringify({ ...figure, repetitions: figure.repetitions.map((value) => Number(value.toPrecision(4))) })}`)
  await writeFile(FILE, `${head},\n  "figures": [\n${lines.join(',\n')}\n  ]\n}\n`)
}
