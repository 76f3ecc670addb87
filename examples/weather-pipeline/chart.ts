import type { Year } from './compare-months.ts'
import { WEATHERS } from './day.ts'
import { monthTitle } from './months.ts'
import { BAND, drawPanel, type Panel, WIDTH, words } from './panel.ts'
import type { MonthSummary } from './summarize.ts'
import { element, scale, ticks } from './svg.ts'

const COLORS = { sun: '#e9bd4e', fog: '#c4c9d1', drizzle: '#a9c9ea', rain: '#3a7fc1', snow: '#8d6fc0' }
const HEIGHT = 900
const BAR = BAND * 0.44

const STYLE = `
text { font-family: 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif; fill: #3c4654; font-size: 12px }
.title { font-size: 26px; font-weight: 700; fill: #1b2430 } .subtitle { font-size: 14px; fill: #66707e }
.heading { font-size: 15px; font-weight: 700; fill: #1b2430 } .unit { font-size: 12px; font-weight: 400; fill: #66707e }
.axis, .foot { fill: #7c8694; font-size: 11px } .month { font-weight: 600 }
.value { font-size: 11px; paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round }
.grid { stroke: #e6e9ee } .reach { stroke: #b3bac5; stroke-width: 2; stroke-linecap: round }
.middle { text-anchor: middle } .end { text-anchor: end }`

/** The picture of a year as a self-contained SVG: temperatures, precipitation and the kinds of weather, month by month. */
export function drawChart(place: string, years: string, year: Year): string {
  const subtitle = `${year.days.toLocaleString('en-US')} days: warmest in ${monthTitle(year.warmest)}, wettest in ${monthTitle(year.wettest)}, sunniest in ${monthTitle(year.sunniest)}; ${year.precipitation.toLocaleString('en-US')} mm a year`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="Weather of ${place} by month">`,
    `<style>${STYLE}</style>`,
    element('rect', { width: WIDTH, height: HEIGHT, fill: '#fff' }),
    words(`Weather of ${place} by month, ${years}`, 28, 46, 'title'),
    words(subtitle, 28, 70, 'subtitle'),
    drawPanel(temperatures(year), year.months),
    drawPanel(precipitation(year), year.months),
    drawPanel(mix(), year.months),
    ...legend(),
    words('Data: weather.csv of vega-datasets (NOAA, Global Historical Climatology Network)', WIDTH - 28, HEIGHT - 14, 'foot end'),
    '</svg>\n',
  ].join('\n')
}

function temperatures({ months }: Year): Panel {
  const [top, height] = [132, 262]
  const low = Math.floor(Math.min(...months.map((month) => month.recordLow.value)) / 5) * 5
  const high = Math.ceil(Math.max(...months.map((month) => month.recordHigh.value)) / 5) * 5
  const y = scale([low, high], [top + height, top])
  return {
    heading: 'Temperature',
    unit: '°C; bar: mean daily low to mean daily high, line: coldest to warmest day',
    top,
    height,
    axis: ticks(low, high, 5).map((value) => ({ at: y(value), label: degrees(String(value)) })),
    draw: (month, x) => [
      element('line', { x1: x, x2: x, y1: y(month.recordHigh.value), y2: y(month.recordLow.value), class: 'reach' }),
      element('rect', { x: x - BAR / 2, width: BAR, y: y(month.meanHigh), height: y(month.meanLow) - y(month.meanHigh), rx: 5, fill: warmth(month) }),
      words(degrees(month.meanHigh.toFixed(1)), x + BAR / 2 + 4, y(month.meanHigh) + 10, 'value'),
      words(degrees(month.meanLow.toFixed(1)), x + BAR / 2 + 4, y(month.meanLow) - 2, 'value'),
    ],
  }
}

function precipitation({ months }: Year): Panel {
  const [top, height] = [484, 130]
  const high = Math.ceil(Math.max(...months.map((month) => month.precipitation)) / 50) * 50
  const y = scale([0, high], [top + height, top])
  return {
    heading: 'Precipitation',
    unit: 'mm a month, mean of the years',
    top,
    height,
    axis: ticks(0, high, 50).map((value) => ({ at: y(value), label: String(value) })),
    draw: (month, x) => [
      element('rect', { x: x - BAR / 2, width: BAR, y: y(month.precipitation), height: top + height - y(month.precipitation), fill: COLORS.rain }),
      words(month.precipitation.toFixed(0), x, y(month.precipitation) - 5, 'value middle'),
    ],
  }
}

function mix(): Panel {
  const [top, height] = [704, 130]
  const y = scale([0, 1], [top + height, top])
  return {
    heading: 'Kinds of weather',
    unit: '% of days',
    top,
    height,
    axis: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: y(share), label: String(share * 100) })),
    draw: (month, x) => {
      let below = 0
      return WEATHERS.filter((weather) => month.weather[weather] > 0).map((weather) => {
        const [from, to] = [below, below + month.weather[weather] / month.days]
        below = to
        return element('rect', { x: x - BAR / 2, width: BAR, y: y(to), height: y(from) - y(to), fill: COLORS[weather] })
      })
    },
  }
}

/** Right of the last panel's heading, from the right edge in the order of the stack. */
function legend(): readonly string[] {
  const step = 82
  return WEATHERS.flatMap((weather, at) => {
    const x = WIDTH - 28 - step * (WEATHERS.length - at) + 14
    return [
      element('rect', { x, y: 672, width: 12, height: 12, rx: 2, fill: COLORS[weather] }),
      words(weather, x + 18, 682, 'legend'),
    ]
  })
}

/** With the minus sign of print. */
function degrees(value: string): string {
  return `${value.replace('-', '−')}°`
}

const COLD_TO_WARM = [[70, 130, 190], [112, 186, 178], [240, 202, 98], [217, 92, 64]] as const

/** From blue to red by the mean of the month. */
function warmth({ meanHigh, meanLow }: MonthSummary): string {
  const share = Math.min(1, Math.max(0, ((meanHigh + meanLow) / 2 + 2) / 28)) * (COLD_TO_WARM.length - 1)
  const from = COLD_TO_WARM[Math.floor(share)] ?? COLD_TO_WARM[0]
  const to = COLD_TO_WARM[Math.ceil(share)] ?? from
  const channel = (at: 0 | 1 | 2): number => Math.round(from[at] + (to[at] - from[at]) * (share % 1))
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`
}
