// Effect withCompensation; scenario 30: compensation runs in reverse, for completed steps only, and survives the death of its worker.
import { expect, test } from 'vitest'
import { Saga, workflows } from './served/saga.ts'
import { Stage } from './support/stage.ts'

const expected = ['hotel', 'car', 'flight', 'compensate/cancelCar a car', 'compensate/cancelHotel room 7']

test('killed after each write of the compensation, each step is undone once', async () => {
  await using stage = await Stage.open()
  for (const write of [3, 4, 5]) { // the failure of the flight, the car given back, the hotel given back
    const before = stage.marks().length
    const handle = await stage.baton.start(Saga, { id: `saga-${write}`, input: undefined })
    const victim = await stage.process('saga', { dieAt: `append:after@${write}` })
    await victim.exited
    const survivor = await stage.worker(workflows)
    await expect(handle.result()).rejects.toMatchObject({ code: 'ExecutionFailed', cause: { code: 'StepFailed', step: 'flight' } })
    expect(stage.ran().slice(before), `write ${write}`).toEqual(expected)
    await survivor.stop()
  }
})
