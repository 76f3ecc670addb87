import { type LogEntry, Worker, type WorkerOptions } from '@baton/runtime'
import { allWorkflows } from './workflows.ts'

/** Whether this run sends every step through the queue; each database test must hold both ways. */
export const locality = process.env['BATON_TEST_LOCALITY'] !== 'off'

/** A worker of this process that serves the tests' workflows and keeps what it logs. */
export async function testWorker(url: string, options: Partial<WorkerOptions> = {}): Promise<Worker & { readonly entries: LogEntry[] }> {
  const entries: LogEntry[] = []
  const worker = await Worker.start({ url, workflows: allWorkflows, locality, log: (entry) => entries.push(entry), ...options })
  return Object.assign(worker, { entries })
}
