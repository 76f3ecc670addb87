import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidInput, Baton, Worker } from '@baton/runtime'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'
import { MONTHS } from './months.ts'
import { type Report, WeatherPipeline } from './weather.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-weather-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A client of a worker on a database of its own. */
async function startSystem(): Promise<{ readonly baton: Baton } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createDatabase())
  stack.use(await Worker.start({ url, workflows: [WeatherPipeline] }))
  const baton = stack.use(await Baton.connect(url))
  const owned = stack.move()
  return { baton, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

describe('weather-pipeline', () => {
  test('partitions, summarizes a month a step, joins and reports, in the order the graph says', async () => {
    await using system = await startSystem()
    const { baton } = system

    const handle = await baton.start(WeatherPipeline, { input: { place: 'Seattle', folder } })
    const { report } = (await handle.result()) as { report: Report }

    expect(report.headline).toBe('Seattle: warmest in august, wettest in november')
    const done = (await handle.history()).filter(({ type }) => type === 'StepCompleted').map(({ command }) => command)
    expect(done[0]).toBe('partition')
    expect(done.slice(1, 13).toSorted()).toEqual([...MONTHS].toSorted())
    expect(done.slice(13)).toEqual(['join', 'report'])
  })

  test('writes whole files that are the same to the byte each time, and nothing else', async () => {
    await using system = await startSystem()
    const { baton } = system
    const run = async (): Promise<Report> =>
      (await baton.execute(WeatherPipeline, { input: { place: 'New York', folder } }) as { report: Report }).report

    const [first, second] = [await run(), await run()]

    expect(second).toEqual(first)
    expect((await readdir(folder)).toSorted()).toEqual(['report.html', 'weather.svg'])
    for (const { name, sha256 } of first.files) {
      expect(createHash('sha256').update(await readFile(join(folder, name))).digest('hex')).toBe(sha256)
    }
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Weather of New York by month, 2012–2015')
  })

  test('refuses a place the data does not have before anything is written', async () => {
    await using system = await startSystem()
    const { baton } = system

    await expect(baton.start(WeatherPipeline, { input: { place: 'Atlantis', folder } })).rejects.toThrow(InvalidInput)
    expect((await baton.list()).executions).toEqual([])
  })
})
