import { parseArgs } from 'node:util'
import type { Check } from './check/index.ts'
import { assertEngine } from './engines/index.ts'
import { peerNames } from './engines/peers.ts'
import { fullSizes, quickSizes, type Sizes } from './sizes.ts'
import { workloadsOf } from './workloads/index.ts'
import type { Workload } from './workloads/workload.ts'

export interface Options {
  readonly json: boolean
  readonly quick: boolean
  readonly workloads: readonly Workload[]
  readonly engines: readonly string[]
  readonly repetitions: number
  readonly out: string | undefined
  readonly sizes: Sizes
  /** A file of results to draw; nothing is measured. */
  readonly pictures: string | undefined
  readonly check: Check | undefined
}

/** Has counts and ratios to compare, and is over soon. */
const CHECKED = ['W1', 'W1s', 'W2', 'W3', 'W4', 'W4c', 'W5']
const CHECK_REPETITIONS = 5

export const usage = `npm run bench -- [options]

  --json            one JSON object a line on stdout instead of the table
  --out FILE        also writes the JSON lines to FILE
  --only W2,W3      only these workloads (W5 takes W5r as well)
  --engines NAME,…  default: baton; a peer is installed in bench/peers first
  --reps N          repetitions, default 3; 5 with --check
  --quick           one small repetition
  --peers           baton and all peers; installs them in bench/peers first
  --pictures FILE   measures nothing; draws the results in FILE, made by --out, to docs/pictures
  --check           small repetitions of ${CHECKED.join(', ')}: what got worse since bench/baseline.json, 1 if anything did
  --check --update  writes bench/baseline.json instead
  --help

DATABASE_URL names the server to measure on (databases bench_* are made there and dropped); without it an embedded Postgres runs
in a temporary folder.
`

/** @throws Error on an option, engine or workload that there is not. */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      engines: { type: 'string' },
      reps: { type: 'string' },
      out: { type: 'string' },
      peers: { type: 'boolean', default: false },
      pictures: { type: 'string' },
    },
  })
  if (values.help) return 'help'
  if (values.update && !values.check) throw new Error('--update goes with --check.')
  if (values.update && values.only !== '') throw new Error('--update takes no --only: the baseline is written whole.')
  const repetitions = Number(values.reps ?? (values.check ? CHECK_REPETITIONS : values.quick ? 1 : 3))
  if (!Number.isInteger(repetitions) || repetitions < 1) throw new Error(`--reps takes a whole number from 1, not '${values.reps}'.`)
  if (values.check && repetitions < 3) throw new Error('--check takes 3 repetitions or more: with fewer nobody knows the noise.')
  const engines = values.engines === undefined ? ['baton', ...(values.peers ? peerNames : [])] : listOf(values.engines)
  engines.forEach(assertEngine)
  const quick = values.quick || values.check
  const workloads = workloadsOf(listOf(values.only))
  return {
    json: values.json,
    quick,
    workloads: values.check ? workloads.filter(({ id }) => CHECKED.includes(id)) : workloads,
    engines,
    repetitions,
    out: values.out,
    sizes: quick ? quickSizes : fullSizes,
    check: values.check ? (values.update ? 'update' : 'compare') : undefined,
    pictures: values.pictures,
  }
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '')
}
