// With --payloads the commands read and write through the codecs that a module exports.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { projectFolder } from './support/project-folder.ts'
import { documentOf, runCli } from './support/run-cli.ts'
import { spawnCli } from './support/spawn-cli.ts'

const MODULE = `import { aesGcmCodec } from '@baton/runtime'
export const payloads = { codecs: [aesGcmCodec({ keys: [{ id: 'cli', key: new Uint8Array(32).fill(7) }] })] }`

test('a worker, a start and a look share a key by it; without it nothing can be read', async () => {
  await using database = await createDatabase()
  await using folder = await projectFolder('tc39')
  writeFileSync(join(folder.path, 'src/payloads.ts'), MODULE)
  const options = { cwd: folder.path, env: { DATABASE_URL: database.url } }
  const keyed = ['--payloads', 'src/payloads.ts', '--json']
  await using worker = spawnCli(['worker', 'src/workflows.ts', ...keyed], options)
  await worker.firstLine()
  expect(documentOf(await runCli(['start', 'greet', '--id', 'g', '--input', '{"name":"Ada"}', '--wait', ...keyed], options))).toMatchObject({ output: 'Hello Ada!' })
  expect(documentOf(await runCli(['show', 'g', ...keyed], options))).toMatchObject({ output: 'Hello Ada!' })
  expect(documentOf(await runCli(['history', 'g', ...keyed], options))).toMatchObject({ events: [{ data: { input: { name: 'Ada' } } }, {}, {}] })
  const blind = await runCli(['history', 'g', '--json'], options)
  expect({ code: blind.code, document: documentOf(blind) }).toMatchObject({ code: 1, document: { error: { code: 'PayloadUnreadable' } } })
})

test('a module without payloads is refused before the database is asked', async () => {
  await using folder = await projectFolder('tc39')
  const ran = await runCli(['show', 'g', '--payloads', 'src/workflows.ts', '--json'], { cwd: folder.path, env: { DATABASE_URL: 'postgres://localhost:1/none' } })
  expect({ code: ran.code, document: documentOf(ran) }).toMatchObject({ code: 1, document: { error: { code: 'NoPayloads' } } })
})
