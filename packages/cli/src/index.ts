export type { Io, OutputStream, StopSignal } from './io.ts'
export { main } from './main.ts'
