// A file that `--out` has written, read again.
import { z } from 'zod'

const environment = z.object({
  workload: z.literal('environment'),
  date: z.string(),
  commit: z.string(),
  machine: z.string(),
  node: z.string(),
  settings: z.record(z.string(), z.string()),
})

const line = z.object({
  engine: z.string(),
  workload: z.string(),
  metric: z.string(),
  unit: z.string(),
  p50: z.number(),
  repetitions: z.array(z.number()).min(1),
})

type RunConditions = z.infer<typeof environment>
type RecordedLine = z.infer<typeof line>

export interface RecordedRun {
  readonly environment: RunConditions
  readonly lines: readonly RecordedLine[]
}

/** @throws Error where the first line does not say what the run was, or a line is none of a result. */
export function readResults(text: string): RecordedRun {
  const [first, ...rest] = text.split('\n').filter((row) => row !== '').map((row): unknown => JSON.parse(row))
  return { environment: environment.parse(first), lines: rest.filter((row) => !isComparison(row)).map((row) => line.parse(row)) }
}

function isComparison(row: unknown): boolean {
  return z.object({ workload: z.literal('comparison') }).safeParse(row).success
}
