// A worker in a process of its own that serves the deadly workflows. It says 'ready' over IPC.
import { Worker } from '@baton/runtime'
import { Deadly, Neighbour } from './poison-workflows.ts'

const { BATON_URL = '', BATON_WORKER = 'poisoned', BATON_LOCALITY = 'on' } = process.env
const worker = await Worker.start({ url: BATON_URL, name: BATON_WORKER, workflows: [Deadly, Neighbour], locality: BATON_LOCALITY === 'on', log: () => {} })
process.on('disconnect', () => process.exit(1)) // the test is gone
process.send?.({ ready: worker.id })
