import { describe, expect, it } from 'vitest'
import { type Bar, barChart } from './bar-chart.ts'

const bars: readonly Bar[] = [{ name: 'ours', value: 1, low: 0.5, high: 2 }, { name: 'A & B', value: 100, low: 100, high: 100 }]
const chart = (some: readonly Bar[] = bars): string => barChart({ title: 'W0  <Title>', subtitle: 'ms', bars: some, emphasis: 'ours', notes: ['small print'] })
const numbers = (pattern: RegExp): number[] => [...chart().matchAll(pattern)].map(([, value]) => Number(value))

describe('a bar chart', () => {
  it('has bars on a log scale: a hundred times the value adds two decades to the length', () => {
    const [one = 0, hundred = 0] = numbers(/<rect [^>]*width="([\d.]+)"/g)
    const ticks = numbers(/<line x1="([\d.]+)"[^>]*class="grid"/g)
    expect(hundred - one).toBeCloseTo(2 * ((ticks[1] ?? 0) - (ticks[0] ?? 0)), 0)
    expect(ticks).toHaveLength(4) // 0.1, 1, 10, 100
  })

  it('lets one bar stand out, shows a range where there is one, and says each value', () => {
    expect(chart().match(/class="bar emphasis"/g)).toHaveLength(1)
    expect(chart().match(/class="range"/g)).toHaveLength(1)
    expect(chart()).toContain('>1.00</text>')
    expect(chart()).toContain('>small print</text>')
  })

  it('gives the least bar a length even where it is a power of ten', () => {
    const widths = [...chart([{ name: 'x', value: 10, low: 10, high: 10 }]).matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width))
    expect(widths[0]).toBeGreaterThan(0)
  })

  it('escapes what it is given, has colours for dark pages, and is the same every time', () => {
    expect(chart()).toContain('W0  &lt;Title&gt;')
    expect(chart()).toContain('A &amp; B')
    expect(chart()).toContain('prefers-color-scheme: dark')
    expect(chart()).toBe(chart())
  })
})
