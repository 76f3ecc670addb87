import { monthTitle } from './months.ts'
import type { MonthSummary } from './summarize.ts'
import { element, escapeXml } from './svg.ts'

export const WIDTH = 960
const LEFT = 64
const RIGHT = 28

/** A strip of the picture: a heading, an axis with lines across, and a band for each month. */
export interface Panel {
  readonly heading: string
  readonly unit: string
  /** Of the plot, from the top of the picture. */
  readonly top: number
  readonly height: number
  readonly axis: readonly { readonly at: number; readonly label: string }[]
  /** What stands in a month's band, `center` its middle. */
  readonly draw: (month: MonthSummary, center: number) => readonly string[]
}

export const BAND = (WIDTH - LEFT - RIGHT) / 12

export function drawPanel({ heading, unit, top, height, axis, draw }: Panel, months: readonly MonthSummary[]): string {
  const lines = axis.flatMap(({ at, label }) => [
    element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at, class: 'grid' }),
    words(label, LEFT - 10, at + 4, 'axis end'),
  ])
  const bands = months.flatMap((month, index) => {
    const center = LEFT + BAND * (index + 0.5)
    return [...draw(month, center), words(monthTitle(month.month).slice(0, 3), center, top + height + 20, 'month middle')]
  })
  const title = element('text', { x: LEFT, y: top - 22, class: 'heading' }, escapeXml(heading), element('tspan', { class: 'unit', dx: 8 }, escapeXml(unit)))
  return [title, ...lines, ...bands].join('\n')
}

/** A label; the class says how it looks and which end of it stands at `x`. */
export function words(text: string, x: number, y: number, className: string): string {
  return element('text', { x, y, class: className }, escapeXml(text))
}
