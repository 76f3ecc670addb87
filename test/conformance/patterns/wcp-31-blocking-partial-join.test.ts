// WCP-31 Blocking Partial Join: what follows begins when n of m branches have arrived, which arrive again and again; what arrives
// beyond waits until the m-th of the round has come.
import { condition, Run, Signal, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

const SENSORS = ['north', 'east', 'south'] as const
type Sensor = (typeof SENSORS)[number]

@Workflow({ name: 'weather-station' })
class WeatherStation {
  readonly #readings: Record<Sensor, number[]> = { north: [], east: [], south: [] }

  @Signal() measured(sensor: Sensor, degrees: number): void {
    this.#readings[sensor].push(degrees)
  }

  /** The first reading of each sensor that has one. */
  get #round(): readonly number[] {
    return SENSORS.flatMap((sensor) => this.#readings[sensor].slice(0, 1))
  }

  @Step() async report(degrees: readonly number[]): Promise<number> {
    return Math.max(...degrees)
  }

  @Run() async run(rounds: number): Promise<readonly number[]> {
    const reports: number[] = []
    while (reports.length < rounds) {
      await condition(() => this.#round.length >= 2)
      reports.push(await this.report(this.#round.slice(0, 2)))
      await condition(() => this.#round.length === SENSORS.length)
      for (const sensor of SENSORS) this.#readings[sensor].shift()
    }
    return reports
  }
}

const scene = pattern('WCP-31 Blocking Partial Join', [WeatherStation])

scene('two sensors make a report; the next round begins after the third', async (env) => {
  const station = await env.start(WeatherStation, { input: 2 })
  await station.signal('measured', 'north', 10)
  await station.signal('measured', 'north', 20)
  await env.settle()
  await expect(station).toHaveRunSteps([])
  await station.signal('measured', 'east', 11)
  await station.signal('measured', 'east', 21)
  await env.settle()
  await expect(station).toHaveRunSteps(['report'])
  await station.signal('measured', 'south', 99)
  await env.settle()
  await expect(station).toHaveRunSteps(['report', 'report'])
  env.at('1h', () => station.signal('measured', 'south', 98))
  expect(await station.result()).toEqual([11, 21])
})
