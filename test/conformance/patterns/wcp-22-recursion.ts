// WCP-22 Recursion: an activity invokes itself. A workflow may be its own child, each with a log of its own.
import { executeChild, Run, Step, Workflow } from '@baton/sdk'

export interface Part { readonly name: string; readonly parts: readonly Part[] }

@Workflow({ name: 'assembly' })
export class Assembly {
  @Step() async assemble(name: string, parts: readonly string[]): Promise<string> {
    return parts.length === 0 ? name : `${name}(${parts.join(' ')})`
  }

  @Run() async run({ name, parts }: Part): Promise<string> {
    const assembled = await Promise.all(parts.map((part) => executeChild(Assembly, { input: part })))
    return this.assemble(name, assembled)
  }
}
