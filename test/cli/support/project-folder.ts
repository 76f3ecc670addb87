import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A copy of a fixture outside the repository, in which packages resolve to this checkout's. */
export async function projectFolder(fixture?: 'tc39' | 'legacy' | 'broken'): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'baton-cli-'))
  const here = import.meta.dirname
  if (fixture) await cp(join(here, '../fixtures', fixture), path, { recursive: true })
  await symlink(join(here, '../../../node_modules'), join(path, 'node_modules'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
