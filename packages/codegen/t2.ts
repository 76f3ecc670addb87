import { buildManifest, renderGraph } from './src/index.ts'
const r = buildManifest({ project: process.argv[2]! })
for (const w of r.manifest.workflows) { console.log(renderGraph(w,'mermaid')); console.log(renderGraph(w,'dot')) }
