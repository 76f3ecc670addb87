import { exportHistory, replay, TestEnvironment, type TestEnvironmentOptions, type TestHandle } from '@baton/testing'
import type { WorkflowClass } from '@baton/sdk'
import '@baton/testing/vitest'
import { describe, expect, test } from 'vitest'

/** What happens in a scene: it starts executions, talks to them and says what is to come of it. */
export type Scene = (env: TestEnvironment) => Promise<void>

/**
 * Declares scenes of a control-flow pattern. Each is played plain, with every execution brought back from its log after each turn,
 * and with a crash of all executions at, and right after, each moment at which any of them wrote something: what the scene expects
 * holds each time. The histories of the second are those of the first, and every history replays to its end.
 *
 * Scenes expect what is recorded (`toHaveRunSteps`, results), not how often a body ran: a crash makes bodies run again.
 */
export function pattern(name: string, workflows: readonly WorkflowClass[]): (title: string, scene: Scene) => void {
  return (title, scene) => {
    describe(`${name}: ${title}`, () => {
      test('in one life', async () => {
        const played = await play(scene, workflows)
        expect(played.length).toBeGreaterThan(0)
      })

      test('from its log after every turn', async () => {
        expect(await play(scene, workflows, { replayEveryTurn: true })).toEqual(await play(scene, workflows))
      })

      test('with a crash at any moment', async () => {
        const moments = new Set((await play(scene, workflows)).flatMap(({ times }) => times.flatMap((at) => [at, at + 1])))
        expect(moments.size).toBeGreaterThan(0)
        for (const at of moments) await play(scene, workflows, {}, at)
      })
    })
  }
}

interface Played {
  readonly id: string
  readonly events: readonly string[]
  readonly times: readonly number[]
}

async function play(scene: Scene, workflows: readonly WorkflowClass[], options: Partial<TestEnvironmentOptions> = {}, crashAt?: number): Promise<readonly Played[]> {
  await using env = new TestEnvironment({ workflows, ...options })
  if (crashAt !== undefined) {
    env.at(new Date(crashAt), () => {
      for (const { handle } of executionsOf(env, workflows)) env.crash(handle)
    })
  }
  try {
    await scene(env)
  } catch (error) {
    if (crashAt !== undefined && error instanceof Error) error.message += `\n(after a crash at ${new Date(crashAt).toISOString()})`
    throw error
  }
  return Promise.all(executionsOf(env, workflows).map(async ({ handle, workflow }) => {
    const history = await handle.history()
    const { ended } = await replay(await exportHistory(handle), workflow)
    const { status } = await handle.describe()
    expect({ id: handle.id, ended }).toEqual({ id: handle.id, ended: status !== 'running' })
    return { id: handle.id, events: history.map(({ type, command }) => `${type} ${command ?? ''}`), times: history.map(({ at }) => at.getTime()) }
  }))
}

function executionsOf(env: TestEnvironment, workflows: readonly WorkflowClass[]): readonly { readonly handle: TestHandle<unknown>; readonly workflow: WorkflowClass }[] {
  return workflows.flatMap((workflow) => env.executions(workflow).map((handle) => ({ handle, workflow })))
}
