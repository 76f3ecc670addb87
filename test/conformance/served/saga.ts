import { Run, Step, Workflow } from '@baton/sdk'
import { mark, note } from '../../support/marks.ts'

/** Books three things, the last of which fails. */
@Workflow({ name: 'saga' })
export class Saga {
  @Step({ compensate: 'cancelHotel' }) async hotel(): Promise<string> {
    mark()
    return 'room 7'
  }

  @Step({ compensate: 'cancelCar' }) async car(): Promise<string> {
    mark()
    return 'a car'
  }

  @Step({ compensate: 'cancelFlight', retry: { maxAttempts: 1 } }) async flight(): Promise<string> {
    mark()
    throw new Error('no seat')
  }

  @Step() async cancelHotel(room: string): Promise<void> {
    note(room)
  }

  @Step() async cancelCar(car: string): Promise<void> {
    note(car)
  }

  @Step() async cancelFlight(): Promise<void> {
    mark()
  }

  @Run() async run(): Promise<string> {
    await this.hotel()
    await this.car()
    return this.flight()
  }
}

export const workflows = [Saga]
