// Horizontal bars on a log scale as an SVG that reads on light and on dark pages.
import { short } from './text-table.ts'

export interface Bar {
  readonly name: string
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface Chart {
  readonly title: string
  readonly subtitle: string
  /** From top to bottom; values above zero. */
  readonly bars: readonly Bar[]
  /** The bar that stands out. */
  readonly emphasis: string
  /** Small print. */
  readonly notes: readonly string[]
}

const WIDTH = 720
const LEFT = 120
const RIGHT = 80
const TOP = 64
const ROW = 30
const BAR = 18
const NOTE = 15

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px } .title, .strong { font-weight: 600 } .subtitle, .tick { fill: #57606a } .tick, .note { font-size: 11px } .note { fill: #6e7781 }
  .grid { stroke: #d0d7de } .bar { fill: #8c959f } .emphasis { fill: #0969da } .range { stroke: #24292f; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .subtitle, .tick { fill: #9198a1 } .note { fill: #8b949e }
    .grid { stroke: #3d444d } .bar { fill: #6e7681 } .emphasis { fill: #4493f8 } .range { stroke: #e6edf3 }
  }`

export function barChart({ title, subtitle, bars, emphasis, notes }: Chart): string {
  const ticks = powersOfTen(bars)
  const x = scale(ticks)
  const bottom = TOP + bars.length * ROW
  const height = bottom + 34 + notes.length * NOTE
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    text(16, 26, title, 'title'),
    text(16, 46, subtitle, 'subtitle'),
    ...ticks.flatMap((tick) => [line(x(tick), TOP - 4, x(tick), bottom, 'grid'), text(x(tick), bottom + 16, label(tick), 'tick', 'middle')]),
    ...bars.flatMap((bar, row) => drawn(bar, TOP + row * ROW, x, bar.name === emphasis)),
    ...notes.map((note, row) => text(16, bottom + 38 + row * NOTE, note, 'note')),
    '</svg>\n',
  ].join('\n')
}

function drawn({ name, value, low, high }: Bar, y: number, x: (value: number) => number, stands: boolean): string[] {
  const middle = y + ROW / 2
  return [
    text(LEFT - 8, middle + 4, name, stands ? 'name strong' : 'name', 'end'),
    `<rect x="${LEFT}" y="${middle - BAR / 2}" width="${fixed(x(value) - LEFT)}" height="${BAR}" rx="2" class="bar${stands ? ' emphasis' : ''}"/>`,
    ...(low < high ? [line(x(low), middle, x(high), middle, 'range')] : []),
    text(Math.max(x(value), x(high)) + 6, middle + 4, short(value), 'value'),
  ]
}

/** From the power of ten below the least value to the one above the greatest. A bar needs a length, so below means below. */
function powersOfTen(bars: readonly Bar[]): readonly number[] {
  const low = Math.ceil(Math.log10(Math.min(...bars.map((bar) => bar.low)))) - 1
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...bars.map((bar) => bar.high)))))
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
}

function scale(ticks: readonly number[]): (value: number) => number {
  const [low = 1] = ticks
  const high = ticks.at(-1) ?? 10
  return (value) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.log10(value / low)) / Math.log10(high / low)
}

/** 10 ** -2 is not quite 0.01. */
function label(tick: number): string {
  return Number(tick.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 })
}

function text(x: number, y: number, content: string, kind: string, anchor = 'start'): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" class="${kind}" text-anchor="${anchor}">${escaped(content)}</text>`
}

function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" class="${kind}"/>`
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
