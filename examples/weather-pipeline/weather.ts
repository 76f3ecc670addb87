import { type Outputs, Step, Workflow } from '@baton/sdk'
import { z } from 'zod'
import { drawChart } from './chart.ts'
import { compareMonths, type Year } from './compare-months.ts'
import { readDataset } from './dataset.ts'
import { Day } from './day.ts'
import { type Month, monthOf, MONTHS } from './months.ts'
import { parseCsv } from './parse-csv.ts'
import { reportPage } from './report-page.ts'
import { type MonthSummary, summarize } from './summarize.ts'
import { writeWhole, type Written } from './write-file.ts'

export const WeatherInput = z.object({
  /** A place the data knows. */
  place: z.enum(['Seattle', 'New York']).default('Seattle'),
  /** The folder the report goes to; made if need be. */
  folder: z.string().min(1),
})
type WeatherInput = z.infer<typeof WeatherInput>

/** The days of each month, over all years. */
interface Partition {
  readonly years: string
  readonly days: Readonly<Record<Month, readonly Day[]>>
}

export interface Report {
  readonly headline: string
  readonly files: readonly Written[]
}

type Partitioned = Outputs<WeatherPipeline, 'partition'>

/** A declarative workflow: no `run`, the graph that the `after` options draw is the program. */
@Workflow({ name: 'weather-pipeline', input: WeatherInput })
export class WeatherPipeline {
  @Step() async partition({ place }: WeatherInput): Promise<Partition> {
    const all = parseCsv(await readDataset('weather.csv'), Day).filter((day) => day.location === place)
    const days = Object.groupBy(all, (day) => monthOf(day.date))
    const years = [...new Set(all.map(({ date }) => date.slice(0, 4)))].sort()
    return { years: `${years[0]}–${years.at(-1)}`, days: eachMonth((month) => days[month] ?? []) }
  }

  @Step({ after: ['partition'] }) async january(up: Partitioned): Promise<MonthSummary> { return summary(up, 'january') }
  @Step({ after: ['partition'] }) async february(up: Partitioned): Promise<MonthSummary> { return summary(up, 'february') }
  @Step({ after: ['partition'] }) async march(up: Partitioned): Promise<MonthSummary> { return summary(up, 'march') }
  @Step({ after: ['partition'] }) async april(up: Partitioned): Promise<MonthSummary> { return summary(up, 'april') }
  @Step({ after: ['partition'] }) async may(up: Partitioned): Promise<MonthSummary> { return summary(up, 'may') }
  @Step({ after: ['partition'] }) async june(up: Partitioned): Promise<MonthSummary> { return summary(up, 'june') }
  @Step({ after: ['partition'] }) async july(up: Partitioned): Promise<MonthSummary> { return summary(up, 'july') }
  @Step({ after: ['partition'] }) async august(up: Partitioned): Promise<MonthSummary> { return summary(up, 'august') }
  @Step({ after: ['partition'] }) async september(up: Partitioned): Promise<MonthSummary> { return summary(up, 'september') }
  @Step({ after: ['partition'] }) async october(up: Partitioned): Promise<MonthSummary> { return summary(up, 'october') }
  @Step({ after: ['partition'] }) async november(up: Partitioned): Promise<MonthSummary> { return summary(up, 'november') }
  @Step({ after: ['partition'] }) async december(up: Partitioned): Promise<MonthSummary> { return summary(up, 'december') }

  @Step({ after: MONTHS }) async join(up: Outputs<WeatherPipeline, Month>): Promise<Year> {
    return compareMonths(up)
  }

  @Step({ after: ['partition', 'join'] })
  async report(up: Outputs<WeatherPipeline, 'partition' | 'join'>, { place, folder }: WeatherInput): Promise<Report> {
    const { years } = up.partition
    const svg = drawChart(place, years, up.join)
    const files = [
      await writeWhole(folder, 'weather.svg', svg),
      await writeWhole(folder, 'report.html', reportPage(place, years, up.join, svg)),
    ]
    return { headline: `${place}: warmest in ${up.join.warmest}, wettest in ${up.join.wettest}`, files }
  }
}

function summary({ partition }: Partitioned, month: Month): MonthSummary {
  return summarize(month, partition.days[month])
}

function eachMonth<T>(value: (month: Month) => T): Record<Month, T> {
  return Object.fromEntries(MONTHS.map((month) => [month, value(month)])) as Record<Month, T>
}
