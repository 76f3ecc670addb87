import { forEach, Run, Step, Workflow } from '@baton/sdk'
import { mark } from '../../support/marks.ts'

/** Days inside of regions, one step at a time. */
@Workflow({ name: 'regions' })
export class Regions {
  @Step() async load(region: string, day: number): Promise<string> {
    mark()
    return `${region}${day}`
  }

  @Run() async run({ regions, days }: { regions: readonly string[]; days: number }): Promise<readonly string[]> {
    return forEach(regions, { concurrency: 1 }, async (region) => {
      const loaded = await forEach(Array.from({ length: days }, (_, i) => i + 1), { concurrency: 1 }, (day) => this.load(region, day))
      return loaded.join(' ')
    })
  }
}

export const workflows = [Regions]
