// WCP-14 Multiple Instances with a priori Run-Time Knowledge: as many instances as are known to be needed when the first begins,
// then all are waited for. That is `forEach`, which also bounds how many run at once.
import { forEach, Run, Step, Workflow } from '@baton/sdk'

@Workflow({ name: 'diagnosis' })
export class Diagnosis {
  @Step() async orderTests(symptoms: readonly string[]): Promise<readonly string[]> {
    return symptoms.map((symptom) => `test for ${symptom}`)
  }

  @Step() async test(name: string): Promise<string> {
    return `${name}: negative`
  }

  @Step() async conclude(results: readonly string[]): Promise<string> {
    return results.join('; ')
  }

  @Run() async run(symptoms: readonly string[]): Promise<string> {
    const tests = await this.orderTests(symptoms)
    const results = await forEach(tests, { concurrency: 2 }, (test) => this.test(test))
    return this.conclude(results)
  }
}
