import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../../test/support/database.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DEMO = ['--import', 'tsx', '--conditions=@baton/source', 'examples/demo/demo.ts', '--json']

test('the demo survives two kills with the outcome of a quiet run, and leaves a database of the user as it was', async () => {
  await using database = await createDatabase()
  const { stdout } = await promisify(execFile)(process.execPath, DEMO, { cwd: ROOT, env: { ...process.env, DATABASE_URL: database.url } })

  const verdict = JSON.parse(stdout)
  expect(verdict).toMatchObject({ ok: true, executions: 201, kills: 2, rerunOfRecordedSteps: 0 })
  expect(verdict.resultSha256).toBe(verdict.uninterruptedSha256)
  expect(Math.max(...verdict.takeoverMs)).toBeLessThanOrEqual(2_000)
  expect(await demoSchemas(database.url)).toBe(0)
}, 180_000)

async function demoSchemas(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rowCount } = await client.query(`select from pg_namespace where starts_with(nspname, 'baton_demo_')`)
  await client.end()
  return rowCount ?? 0
}
