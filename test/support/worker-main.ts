// A worker in a process of its own, for tests that kill and stop it. It says 'ready', and its log lines, over IPC.
import { aesGcmCodec, type EncryptionKey, type WorkerOptions } from '@baton/runtime'
import type { FaultPoint } from '../../packages/runtime/src/log/fault-points.ts'
import { startWorker } from '../../packages/runtime/src/worker/worker.ts'
import { Transfers } from './bank-workflows.ts'
import { talkingWorkflows } from './talking-workflows.ts'
import { allWorkflows } from './workflows.ts'

const { BATON_URL = '', BATON_WORKER = 'victim', BATON_DIE_AT, BATON_WORKER_OPTIONS = '{}', BATON_KEYS = '[]', BATON_WORKFLOWS } = process.env
const keys = JSON.parse(BATON_KEYS) as EncryptionKey[]
const [point, count] = (BATON_DIE_AT ?? ':0').split('@')
const { workflows } = BATON_WORKFLOWS === undefined
  ? { workflows: [...allWorkflows, ...talkingWorkflows, Transfers] }
  : ((await import(BATON_WORKFLOWS)) as Pick<WorkerOptions, 'workflows'>)
let hits = 0

const worker = await startWorker(
  {
    url: BATON_URL,
    name: BATON_WORKER,
    workflows,
    payloads: { codecs: keys.length > 0 ? [aesGcmCodec({ keys })] : [] },
    log: ({ level, message }) => process.send?.({ level, message }),
    ...(JSON.parse(BATON_WORKER_OPTIONS) as object),
  },
  (at: FaultPoint) => {
    if (at !== point) return
    hits++
    process.send?.({ hit: hits })
    if (hits === Number(count)) process.kill(process.pid, 'SIGKILL')
  },
)
process.on('message', (message) => {
  if (message === 'stop') void worker.stop().then(() => process.exit(0))
})
process.on('disconnect', () => process.exit(1)) // the test is gone
process.send?.({ ready: worker.id })
