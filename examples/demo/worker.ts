// A worker process of the demo: both examples, their code checked against the manifest. Its parent tells it what to serve and
// when to stop; without a parent it ends, so that none outlives the demo.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Worker } from '@baton/runtime'
import { Manifest } from '@baton/sdk/manifest'
import { FileLedger } from '../order/file-ledger.ts'
import { OrderWorkflow } from '../order/order.ts'
import { SimulatedPayments } from '../order/simulated-payments.ts'
import { SimulatedWarehouse } from '../order/warehouse.ts'
import { MONTHS } from '../weather-pipeline/months.ts'
import { WeatherPipeline } from '../weather-pipeline/weather.ts'
import { BodyRecorder, recorded } from './recorded.ts'
import { type FromWorker, ToWorker, WorkerConfig } from './worker-config.ts'
import type { z } from 'zod'

process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the parent decides
process.on('disconnect', () => process.exit(1))

// Listened to from the start: it may come while the worker is still starting, and then there is nothing to hand over.
let stop = (): void => process.exit(0)
process.on('message', (message) => {
  if (ToWorker.safeParse(message).success) stop()
})

const [first] = (await once(process, 'message')) as [unknown]
const config = WorkerConfig.parse(first)
const recorder = new BodyRecorder(config.bodies)
const [payments, warehouse] = [new SimulatedPayments(new FileLedger(config.ledger)), new SimulatedWarehouse()]

const worker = await Worker.start({
  url: config.url,
  schema: config.schema,
  name: config.name,
  manifest: Manifest.parse(JSON.parse(await readFile(config.manifest, 'utf8'))),
  workflows: [
    recorded({ workflow: OrderWorkflow, create: () => new OrderWorkflow(payments, warehouse) }, recorder, () => 0),
    recorded({ workflow: WeatherPipeline, create: () => new WeatherPipeline() }, recorder, weatherDelay),
  ],
})
stop = () => void worker.stop().then(() => process.exit(0))
process.send?.({ kind: 'ready' } satisfies z.infer<typeof FromWorker>)

/** As if the data were large: the months take from half a second to two, so that a kill meets some done and some not. */
function weatherDelay(step: string): number {
  const month = MONTHS.findIndex((name) => name === step)
  return month < 0 ? 300 : 500 + month * 130
}
