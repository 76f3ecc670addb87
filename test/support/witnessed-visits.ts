// What clients ask of Baton and are told is done, each with what must be durable then.
import type { Baton, Handle } from '@baton/runtime'
import { expect } from 'vitest'
import type { Acknowledgements, Written } from './acknowledgements.ts'
import type { Write } from './commit-witness.ts'
import { WitnessedChain, WitnessedJourney, WitnessedWait } from './witnessed-workflows.ts'

/** A client, and where it notes what it is told. */
export interface Visitor {
  readonly baton: Baton
  readonly told: Acknowledgements
  /** What steps have handed out, by execution. */
  readonly tokens: ReadonlyMap<string, string>
}

const created = (id: string) => (writes: Written): readonly Write[] => writes.created(id)
const sent = (id: string, kind: string) => (writes: Written): readonly Write[] => writes.inserted('inbox', { execution_id: id, kind })

/** An execution of steps one after the other; `working` begins between its start and its end. */
export async function visitChain({ baton, told }: Visitor, id: string, steps: number, working?: () => Promise<void>): Promise<void> {
  const handle = await told.of('start', () => baton.start(WitnessedChain, { id, input: steps }), created(id))
  await working?.()
  await told.result(handle)
}

/** The same many times at once, under ids that begin with the name. */
export async function visitChains(visitor: Visitor, name: string, count: number, steps: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => visitChain(visitor, `${name}-${i}`, steps)))
}

/** An execution through all that an execution can wait for. */
export async function visitJourney({ baton, told, tokens }: Visitor, id: string): Promise<void> {
  const handle = await told.of('start', () => baton.start(WitnessedJourney, { id, input: undefined }), created(id))
  await until(handle, 'condition')
  await told.of('signal', () => handle.signal('tell'), sent(id, 'signal'))
  await until(handle, 'condition')
  await told.of('update', () => handle.update('ask'), (writes) => writes.log(id).filter(({ row }) => row['type'] === 'UpdateCompleted'))
  await until(handle, 'token')
  await told.of('token', () => baton.complete(tokens.get(id) ?? '', 'word'), sent(id, 'token'))
  expect(await told.result(handle)).toBe('home')
}

/** An execution that is ended while it waits. */
export async function visitEnd(visitor: Visitor, id: string, how: 'stop' | 'kill'): Promise<void> {
  const handle = await startWait(visitor, id, undefined)
  await until(handle, 'condition')
  await visitor.told.of(how, () => handle[how](), sent(id, how))
  const end = await visitor.told.result({ id, result: () => handle.result().catch((error: unknown) => error) })
  expect(end).toMatchObject({ code: how === 'stop' ? 'ExecutionStopped' : 'ExecutionKilled' })
}

/** An execution that sleeps. */
export async function visitSleep(visitor: Visitor, id: string, ms: number): Promise<void> {
  await visitor.told.result(await startWait(visitor, id, ms))
}

/** An execution that has left memory when it gets its signal. */
export async function visitParked(visitor: Visitor, id: string): Promise<void> {
  const handle = await startWait(visitor, id, undefined)
  await expect.poll(async () => (await handle.describe()).worker, { interval: 5 }).toBeUndefined()
  await visitor.told.of('signal to one that is parked', () => handle.signal('tell'), sent(id, 'signal'))
  await visitor.told.result(handle)
}

function startWait({ baton, told }: Visitor, id: string, ms: number | undefined): Promise<Handle<void, WitnessedWait>> {
  return told.of('start', () => baton.start(WitnessedWait, { id, input: ms }), created(id))
}

/** Waits until an execution waits for this and for nothing else. */
async function until(handle: Handle<unknown, unknown>, kind: string): Promise<void> {
  await expect.poll(async () => (await handle.waitsFor()).map((wait) => wait.kind), { interval: 5 }).toEqual([kind])
}
