#!/usr/bin/env node
import { processIo } from './io.ts'
import { main } from './main.ts'

// `baton list | head`: the reader has gone, and nobody is left to be told.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const code = await main(process.argv.slice(2), processIo())
for (const stream of [process.stdout, process.stderr]) await new Promise<void>((resolve) => stream.write('', () => resolve()))
// What users' modules left open, such as a pool of their own, must not keep a finished command alive.
process.exit(code)
