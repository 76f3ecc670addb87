// WCP-10 Arbitrary Cycles: loops with several ways in or out. Code has no `goto`; a variable that says where it stands is one.
import { Run, Step, Workflow } from '@baton/sdk'
import { expect } from 'vitest'
import { pattern } from './support/pattern.ts'

type Place = 'draft' | 'edit' | 'proofread' | 'print'

@Workflow({ name: 'manuscript' })
class Manuscript {
  @Step() async draft(text: string): Promise<string> {
    return text
  }

  @Step() async edit(text: string): Promise<{ readonly text: string; readonly go: 'draft' | 'proofread' }> {
    return { text: `${text}, edited`, go: 'proofread' }
  }

  @Step() async proofread(text: string): Promise<{ readonly text: string; readonly go: 'edit' | 'print' }> {
    return { text, go: 'print' }
  }

  /** Edit and proofread are a loop, draft and edit another: it can be entered at either place, and left at either. */
  @Run() async run({ text, from }: { text: string; from: Place }): Promise<string> {
    let current = text
    for (let place = from; ; ) {
      switch (place) {
        case 'draft':
          current = await this.draft(current)
          place = 'edit'
          break
        case 'edit': {
          const edited = await this.edit(current)
          current = edited.text
          place = edited.go
          break
        }
        case 'proofread': {
          const read = await this.proofread(current)
          current = read.text
          place = read.go
          break
        }
        case 'print':
          return current
      }
    }
  }
}

const scene = pattern('WCP-10 Arbitrary Cycles', [Manuscript])

scene('from the middle, back to the beginning and twice around', async (env) => {
  // What comes next depends on the text alone, so that attempts which are repeated answer the same.
  env.mock(Manuscript, 'edit', async (text) => ({ text: `${text}e`, go: text === 'x' ? 'draft' as const : 'proofread' as const }))
  env.mock(Manuscript, 'proofread', async (text) => ({ text: `${text}p`, go: text === 'xede' ? 'edit' as const : 'print' as const }))
  env.mock(Manuscript, 'draft', async (text) => `${text}d`)
  const manuscript = await env.start(Manuscript, { input: { text: 'x', from: 'edit' } })
  expect(await manuscript.result()).toBe('xedepep')
  await expect(manuscript).toHaveRunSteps(['edit', 'draft', 'edit', 'proofread', 'edit', 'proofread'])
})

scene('from the beginning straight through', async (env) => {
  const manuscript = await env.start(Manuscript, { input: { text: 'y', from: 'draft' } })
  expect(await manuscript.result()).toBe('y, edited')
  await expect(manuscript).toHaveRunSteps(['draft', 'edit', 'proofread'])
})
