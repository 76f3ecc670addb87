/** Text of an element; numbers are cut to tenths, which no eye tells apart and every machine writes alike. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, ...children: readonly string[]): string {
  const text = Object.entries(attributes).map(([key, value]) => ` ${key}="${typeof value === 'number' ? tenths(value) : escapeXml(value)}"`)
  return children.length === 0 ? `<${name}${text.join('')}/>` : `<${name}${text.join('')}>${children.join('')}</${name}>`
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Maps `from` onto `to` in a straight line. */
export function scale(from: readonly [number, number], to: readonly [number, number]): (value: number) => number {
  return (value) => to[0] + ((value - from[0]) / (from[1] - from[0])) * (to[1] - to[0])
}

/** The multiples of `step` from `low` to `high`. */
export function ticks(low: number, high: number, step: number): readonly number[] {
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => (first + at) * step)
}

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10)
}
