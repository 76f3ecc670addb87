/* A program that uses the embedded Postgres of the folder in its argument until its standard input says `stop`. */
import { once } from 'node:events'
import { startPostgres } from '@baton/embedded'

const [, , dataDir] = process.argv
if (dataDir === undefined) throw new Error('usage: user-process <folder>')

const log: string[] = []
const postgres = await startPostgres({ dataDir, log: (line) => log.push(line) })
console.log(JSON.stringify({ url: postgres.url, version: postgres.version, log }))
await once(process.stdin, 'data')
await postgres.stop()
process.exit(0)
