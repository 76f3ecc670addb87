import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@baton/embedded'
import type { TestProject } from 'vitest/node'
import { createTemplate, dropAll } from './postgres.ts'

/** vitest globalSetup of the projects whose tests call `createDatabase`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  try {
    const postgres = await createTemplate(server.url, migrate)
    project.provide('postgres', postgres)
    return async () => {
      await dropAll(postgres)
      await server.stop()
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

interface Server {
  readonly url: string
  stop(): Promise<void>
}

/** DATABASE_URL, else a server for this run only. It forgets fsync, as its data does, unless BATON_TEST_FSYNC=on. */
async function startServer(): Promise<Server> {
  const url = process.env['DATABASE_URL']
  if (url !== undefined && url !== '') return { url, stop: () => Promise.resolve() }
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-test-'))
  const fast = process.env['BATON_TEST_FSYNC'] === 'on' ? {} : { fsync: 'off', full_page_writes: 'off' }
  const postgres = await startPostgres({ dataDir, settings: fast })
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}

/** The runtime's migrations, as soon as it exports them; until then the template is an empty database. */
async function migrate(url: string): Promise<void> {
  const runtime = await import('@baton/runtime')
  if ('migrate' in runtime && typeof runtime.migrate === 'function') await runtime.migrate(url)
}
