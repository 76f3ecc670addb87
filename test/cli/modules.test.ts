import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Step, Workflow } from '@baton/sdk'
import { describe, expect, test } from 'vitest'
import { readManifest } from '../../packages/cli/src/manifest/read-manifest.ts'
import { collectWorkflows } from '../../packages/cli/src/modules/collect-workflows.ts'
import { findTsconfig } from '../../packages/cli/src/modules/find-tsconfig.ts'
import { queuesOf } from '../../packages/cli/src/modules/queues-of.ts'
import { projectFolder } from './support/project-folder.ts'

@Workflow({ name: 'one', queue: 'b' })
class One {
  @Step({ queue: 'a' }) async step(): Promise<void> {}
}
@Workflow({ name: 'two' })
class Two {
  @Step() async step(): Promise<void> {}
}
class Plain {}
const entry = { workflow: One, create: () => new One() }

describe('what a module exports', () => {
  const cases: Record<string, readonly [exports: Record<string, unknown>, found: readonly unknown[]]> = {
    'classes with @Workflow, and nothing else': [{ One, Plain, Two, text: 'x', nothing: null, list: [One] }, [One, Two]],
    'a class under two names': [{ One, default: One }, [One]],
    'an entry': [{ order: entry }, [entry]],
    'an entry for a class that is exported too, whichever comes first': [{ One, order: entry, Again: One }, [entry]],
    'a list named workflows': [{ workflows: [entry, Two] }, [entry, Two]],
    'what CommonJS exports as a whole': [{ default: { One, workflows: [Two] } }, [One, Two]],
  }
  test.each(Object.entries(cases))('%s', (_, [exports, found]) => {
    expect(collectWorkflows([exports], ['m.ts']).map((each) => each.entry)).toEqual(found)
  })

  test('no workflow at all is an error that says what to export', () => {
    expect(() => collectWorkflows([{ Plain }], ['m.ts'])).toThrow('m.ts exports no workflow.')
  })

  test('the queues are those of workflows and steps', () => {
    expect(queuesOf(collectWorkflows([{ One, Two }], []))).toEqual(['a', 'b', 'default'])
  })
})

test('the tsconfig is the nearest above', async () => {
  await using folder = await projectFolder('tc39')
  mkdirSync(join(folder.path, 'a/b'), { recursive: true })
  writeFileSync(join(folder.path, 'a/tsconfig.json'), '{}')
  expect(findTsconfig(join(folder.path, 'a/b/x.ts'))).toBe(join(folder.path, 'a/tsconfig.json'))
  expect(findTsconfig(join(folder.path, 'x.ts'))).toBe(join(folder.path, 'tsconfig.json'))
})

describe('the manifest', () => {
  test('is read if it is there, and must be if it is named', async () => {
    await using folder = await projectFolder()
    expect(readManifest(folder.path, undefined)).toBeUndefined()
    expect(() => readManifest(folder.path, 'm.json')).toThrow('m.json cannot be read')
  })

  test.each(['{', '[]', '{"manifestVersion":2}'])('%s is none', async (text) => {
    await using folder = await projectFolder()
    writeFileSync(join(folder.path, 'baton.manifest.json'), text)
    expect(() => readManifest(folder.path, undefined)).toThrow('baton.manifest.json is not a manifest this version can read')
  })
})
