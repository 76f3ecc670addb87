import { buildManifest, formatDiagnostic } from './src/index.ts'
const t = performance.now()
const r = buildManifest({ project: process.argv[2]! })
console.log(r.text)
for (const d of r.diagnostics) console.log(formatDiagnostic(d, {color: false}))
console.log(performance.now() - t)
