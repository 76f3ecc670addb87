// The process a deployed worker is. It is told what to do by its environment and answers the driver over IPC.
import { nowMs } from './clock.ts'
import { engineOf } from './engines/index.ts'
import type { WorkerSetting } from './engines/engine.ts'
import { MarkBuffer, recordToFile } from './marks.ts'
import { collectedMemory } from './memory.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

const { BENCH_ENGINE: engine = '', BENCH_URL: url = '', BENCH_MARKS: file, BENCH_SETTING: setting } = process.env
const buffer = new MarkBuffer()
const given = setting === undefined ? undefined : (JSON.parse(setting) as WorkerSetting)
const worker = await (await engineOf(engine)).work({ url }, file ? recordToFile(file) : buffer.record, given)

process.on('message', (message: ToWorker) => {
  if (message.kind === 'marks') tell({ kind: 'marks', marks: buffer.take() })
  else if (message.kind === 'memory') void collectedMemory().then((memory) => tell({ kind: 'memory', memory }))
  else void stop()
})
// A driver that died must not leave workers behind.
process.on('disconnect', () => process.exit(1))
tell({ kind: 'ready', at: nowMs() })

async function stop(): Promise<void> {
  await worker.stop()
  process.disconnect()
  process.exit(0)
}

function tell(message: FromWorker): void {
  process.send?.(message)
}
