// How results look: JSON lines for programs, a table for people.
import type { Comparison } from './comparison.ts'
import type { Gap } from './engines/limits.ts'
import type { Environment } from './environment.ts'
import type { ResultLine } from './measurement.ts'
import { median } from './stats.ts'
import { asColumns, short } from './text-table.ts'

export function asJson(environment: object, lines: readonly ResultLine[], comparisons: readonly Comparison[]): string {
  const compared = comparisons.map(({ workload: of, ...comparison }) => ({ workload: 'comparison', of, ...comparison }))
  return [{ workload: 'environment', ...environment }, ...lines, ...compared].map((line) => `${JSON.stringify(line, rounded)}\n`).join('')
}

export function header({ date, commit, node, machine, load, settings }: Environment, server: string): string {
  return [
    `${date}  commit ${commit}  node ${node}`,
    `${machine}  load ${load}`,
    `Postgres (${server}): ${Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(' ')}`,
    '',
  ].join('\n')
}

const COLUMNS = ['engine', 'workload', 'metric', 'unit', 'p50', 'repetitions', 'p95', 'p99', 'repetitions', 'min', 'max', 'n']

/** The p50 and the p99 are of all samples; beside them are the median of the repetitions' own p99 and the range of their own figures. */
export function asTable(lines: readonly ResultLine[]): string {
  return asColumns([COLUMNS, ...lines.map(cells)], 4)
}

/** What was left out, and why: a figure that is missing must not look like one that was forgotten. */
export function asGaps(gaps: readonly Gap[]): string {
  return gaps.length === 0 ? '' : `Not measured:\n${asColumns(gaps.map(({ engine, workload, why }) => [engine, workload, why]), 3)}`
}

function cells({ engine, workload, metric, unit, n, repetitions, p99s, ...line }: ResultLine): string[] {
  // A metric with one sample a repetition has no tail to speak of.
  const many = n > repetitions.length
  const tail = (value: number): string => (many ? short(value) : '')
  const ofEach = many && p99s.length > 1 ? `${short(median(p99s))} ${range(p99s)}` : ''
  return [
    engine, workload, metric, unit, short(line.p50), range(repetitions), tail(line.p95), tail(line.p99), ofEach, tail(line.min), tail(line.max), String(n),
  ]
}

function range(values: readonly number[]): string {
  return values.length > 1 ? `[${short(Math.min(...values))}–${short(Math.max(...values))}]` : ''
}

/** Six digits are more than any clock here is good for. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}
