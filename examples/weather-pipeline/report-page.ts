import type { Year } from './compare-months.ts'
import { WEATHERS } from './day.ts'
import { monthTitle } from './months.ts'
import type { MonthSummary } from './summarize.ts'
import { escapeXml } from './svg.ts'

const STYLE = `
body { font: 15px/1.5 'Helvetica Neue', Arial, sans-serif; color: #3c4654; max-width: 960px; margin: 2rem auto; padding: 0 1rem }
svg { width: 100%; height: auto } table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: .35rem .5rem; text-align: right; border-bottom: 1px solid #e6e9ee } th:first-child, td:first-child { text-align: left }`

/** The report as one HTML file that needs no other: the picture and the numbers behind it. */
export function reportPage(place: string, years: string, year: Year, svg: string): string {
  const head = ['Month', 'Days', 'Mean low', 'Mean high', 'Coldest', 'Warmest', 'Rain, mm', 'Wind, m/s', ...WEATHERS]
  const title = escapeXml(`Weather of ${place}, ${years}`)
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body>
${svg.trim()}
<table>
<thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead>
<tbody>
${year.months.map(row).join('\n')}
</tbody>
</table>
</body>
</html>
`
}

function row(month: MonthSummary): string {
  const cells = [
    monthTitle(month.month),
    String(month.days),
    `${month.meanLow.toFixed(1)}°`,
    `${month.meanHigh.toFixed(1)}°`,
    `${month.recordLow.value.toFixed(1)}° <small>${month.recordLow.date}</small>`,
    `${month.recordHigh.value.toFixed(1)}° <small>${month.recordHigh.date}</small>`,
    month.precipitation.toFixed(1),
    month.wind.toFixed(1),
    ...WEATHERS.map((weather) => String(month.weather[weather])),
  ]
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}
