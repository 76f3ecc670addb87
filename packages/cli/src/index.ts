export { type Io, type OutputStream, processIo, type StopSignal } from './io.ts'
export { main } from './main.ts'
