// Draws a file of results: a picture a workload, bars on a log scale. Same file, same pictures.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bar, barChart } from './bar-chart.ts'
import { headlines } from './comparison.ts'
import { readResults, type RecordedRun } from './results-file.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'pictures')

interface Picture {
  readonly file: string
  readonly svg: string
}

/** Writes the pictures to docs/pictures; returns their paths. */
export async function drawFile(path: string): Promise<readonly string[]> {
  const pictures = picturesOf(readResults(await readFile(path, 'utf8')))
  await mkdir(FOLDER, { recursive: true })
  for (const { file, svg } of pictures) await writeFile(join(FOLDER, file), svg)
  return pictures.map(({ file }) => join(FOLDER, file))
}

/** Workloads without figures have no picture. */
export function picturesOf({ environment, lines }: RecordedRun): readonly Picture[] {
  const { machine, date, commit, node, settings } = environment
  return headlines.flatMap(({ workload, metric, better, picture }) => {
    if (picture === undefined) return []
    const measured = lines.filter((line) => line.workload === workload && line.metric === metric)
    const [first] = measured
    if (!first) return []
    const bars = measured.map(({ engine, p50, repetitions }): Bar => ({ name: engine, value: p50, low: Math.min(...repetitions), high: Math.max(...repetitions) }))
    const most = Math.max(...measured.map(({ repetitions }) => repetitions.length))
    const svg = barChart({
      title: `${workload}  ${picture}`,
      subtitle: `${metric}, ${first.unit}, log scale; ${better} is better`,
      bars: bars.sort((a, b) => (better === 'less' ? a.value - b.value : b.value - a.value)),
      emphasis: 'baton',
      notes: [
        most === 1 ? 'Medians of one repetition.' : `Bars: medians. Lines: lowest and highest of up to ${most} repetitions.`,
        `${machine}; Postgres ${settings['server_version'] ?? 'of unknown version'}, Node ${node}`,
        `${date.slice(0, 10)}, commit ${commit}`,
      ],
    })
    return [{ file: `${workload.toLowerCase()}.svg`, svg }]
  })
}
