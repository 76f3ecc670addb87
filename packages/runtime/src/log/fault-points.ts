/** A place between two effects where a fault can be made to happen. */
export type FaultPoint =
  | 'append:before' | 'append:after'
  | 'take:before' | 'take:after'
  | 'claim:before' | 'claim:after'
  | 'outcome:before' | 'outcome:after'
  | 'heartbeat:before' | 'heartbeat:after'
  | 'takeover:before' | 'takeover:after'
  | 'park:before' | 'park:after'
  | 'publish:before' | 'publish:after'
  | 'transact:before' | 'transact:after'
  | 'errand:before' | 'errand:after'
  | 'schedule:before' | 'schedule:after'

/** Called at each point; tests kill, stop or wait there. */
export type Faults = (point: FaultPoint) => void | Promise<void>

export const noFaults: Faults = () => {}
