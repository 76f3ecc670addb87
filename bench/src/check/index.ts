// npm run bench -- --check: says what got worse since bench/baseline.json was made, by more than either run's noise.
import type { Environment } from '../environment.ts'
import type { ResultLine } from '../measurement.ts'
import { short } from '../text-table.ts'
import { type Baseline, readBaseline, writeBaseline } from './baseline.ts'
import { comparable, compare, type Comparison } from './compare.ts'

export type Check = 'compare' | 'update'

export interface CheckOutcome {
  readonly report: string
  readonly passed: boolean
}

interface Checked {
  readonly environment: Environment
  readonly lines: readonly ResultLine[]
  /** Those that ran: what others have on record is not missed. */
  readonly workloads: ReadonlySet<string>
  readonly engines: ReadonlySet<string>
}

export async function check(mode: Check, { environment, lines, workloads, engines }: Checked): Promise<CheckOutcome> {
  const figures = comparable(lines)
  if (mode === 'update') {
    await writeBaseline(environment, figures)
    return { report: `bench/baseline.json holds ${figures.length} figures now.\n`, passed: true }
  }
  const baseline = await readBaseline()
  const comparisons = compare(baseline.figures.filter(({ workload, engine }) => workloads.has(workload) && engines.has(engine)), figures)
  const passed = comparisons.every(({ verdict }) => verdict !== 'worse' && verdict !== 'missing')
  return { report: [heading(baseline, environment), ...comparisons.map(line), conclusion(comparisons)].join('\n').concat('\n'), passed }
}

function heading({ date, commit, machine, load }: Baseline, now: Environment): string {
  const elsewhere = machine === now.machine ? '' : ` on another machine (${machine})`
  return `\ncompared with ${commit} of ${date.slice(0, 10)}, load ${load}${elsewhere}; load now ${now.load}`
}

function line({ name, verdict, before, now, noise }: Comparison): string {
  return `${verdict.padEnd(9)}  ${name}: ${figure(before)} → ${figure(now)}, noise ±${short(noise)}`
}

function conclusion(comparisons: readonly Comparison[]): string {
  const count = (verdict: Comparison['verdict']): number => comparisons.filter((comparison) => comparison.verdict === verdict).length
  const better = count('better') > 0 ? `, ${count('better')} better: --check --update keeps it so` : ''
  return `${count('worse')} worse, ${count('missing')} missing, ${count('as before')} as before, ${count('new')} new${better}`
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : short(value)
}
