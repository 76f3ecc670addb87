import { describe, expect, it } from 'vitest'
import { picturesOf } from './pictures.ts'
import { asJson } from './report.ts'
import type { ResultLine } from './measurement.ts'
import { readResults } from './results-file.ts'

const ENVIRONMENT = {
  date: '2030-01-02T03:04:05.000Z', commit: 'abc1234', machine: '2 × Processor', node: 'v24', load: 1, settings: { server_version: '18.4' },
}

function line(engine: string, workload: string, metric: string, p50: number): ResultLine {
  return { engine, workload, metric, unit: 'ms', p50, p95: p50, p99: p50, min: p50, max: p50, n: 3, repetitions: [p50, p50 * 2], p99s: [] }
}

const file = asJson(
  ENVIRONMENT,
  [line('slow', 'W2', 'step → next step', 4), line('baton', 'W2', 'step → next step', 0.5), line('baton', 'W2', 'commits a step', 1)],
  [{ workload: 'W2', metric: 'step → next step', unit: 'ms', better: 'less', p50: 0.5 }],
)

describe('pictures of a file of results', () => {
  it('are drawn for each workload with its headline figure, the best first', () => {
    const [picture, ...others] = picturesOf(readResults(file))
    expect(others).toEqual([])
    expect(picture?.file).toBe('w2.svg')
    expect([...(picture?.svg ?? '').matchAll(/class="name[^>]*>([^<]+)</g)].map(([, name]) => name)).toEqual(['baton', 'slow'])
  })

  it('say on what machine, when and from which commit', () => {
    const svg = picturesOf(readResults(file))[0]?.svg
    expect(svg).toContain('2 × Processor; Postgres 18.4, Node v24')
    expect(svg).toContain('2030-01-02, commit abc1234')
    expect(svg).toContain('up to 2 repetitions')
  })

  it('refuse a file that is none of results', () => {
    expect(() => readResults('{"workload":"W2"}')).toThrow('environment')
    expect(() => readResults(`${file}{"engine":"baton"}\n`)).toThrow('expected string')
  })
})
