// How results look: JSON lines for programs, a table for people.
import type { Environment } from './environment.ts'
import type { ResultLine } from './measurement.ts'

export function asJson(environment: object, lines: readonly ResultLine[]): string {
  return [{ workload: 'environment', ...environment }, ...lines].map((line) => `${JSON.stringify(line, rounded)}\n`).join('')
}

export function header({ date, commit, node, machine, load, settings }: Environment, server: string): string {
  return [
    `${date}  commit ${commit}  node ${node}`,
    `${machine}  load ${load}`,
    `Postgres (${server}): ${Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(' ')}`,
    '',
  ].join('\n')
}

const COLUMNS = ['engine', 'workload', 'metric', 'unit', 'p50', 'repetitions', 'p95', 'p99', 'min', 'max', 'n']

/** The p50 is of all samples; the range beside it is that of the repetitions' own. */
export function asTable(lines: readonly ResultLine[]): string {
  const rows = [COLUMNS, ...lines.map(cells)]
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) => row.map((cell, column) => (column < 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n')
    .concat('\n')
}

function cells({ engine, workload, metric, unit, n, repetitions, ...line }: ResultLine): string[] {
  // A metric with one sample a repetition has no tail to speak of.
  const many = n > repetitions.length
  const tail = [line.p95, line.p99, line.min, line.max].map((value) => (many ? short(value) : ''))
  const range = repetitions.length > 1 ? `[${short(Math.min(...repetitions))}–${short(Math.max(...repetitions))}]` : ''
  return [engine, workload, metric, unit, short(line.p50), range, ...tail, String(n)]
}

/** Three digits or a whole number. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return value.toPrecision(3)
}

/** Six digits are more than any clock here is good for. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}
