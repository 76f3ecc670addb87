// What reaches outside of the process, by the functions that authors and libraries call. What lies under them is noted only:
// an error inside a library would break connections that steps share.
import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import workerThreads from 'node:worker_threads'
import { noteCall, refuseCall, refuseNew } from './guarded.ts'
import { INTO_A_STEP, type Manner } from './refuse.ts'

/** Loggers write to what is open already; that repeats in a replay and tells the program nothing. */
const HARMLESS = new Set(['write', 'writeSync', 'writev', 'writevSync', '_toUnixTimestamp', 'getServers', 'getDefaultResultOrder'])

export function guardIo(): void {
  refuseCall(globalThis, 'fetch', 'fetch()', INTO_A_STEP, 'rejects')
  refuseNew(globalThis, 'WebSocket', 'new WebSocket()', INTO_A_STEP)
  refuse(http, 'http', ['request', 'get'])
  refuse(https, 'https', ['request', 'get'])
  refuse(net, 'net', ['connect', 'createConnection'])
  refuse(tls, 'tls', ['connect'])
  refuse(dgram, 'dgram', ['createSocket'])
  refuse(net.Server.prototype, 'server', ['listen'])
  refuse(dns, 'dns', functionsOf(dns))
  refuse(dns.promises, 'dns.promises', functionsOf(dns.promises), 'rejects')
  refuse(fs, 'fs', functionsOf(fs))
  refuse(fs.promises, 'fs.promises', functionsOf(fs.promises), 'rejects')
  refuse(childProcess, 'child_process', ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'])
  refuse(childProcess.ChildProcess.prototype, 'child_process', ['spawn']) // promisified execFile() comes by here alone
  refuseNew(workerThreads, 'Worker', 'new Worker()', INTO_A_STEP)
  const isConsole = (self: unknown): boolean => self === process.stdout || self === process.stderr
  noteCall(net.Socket.prototype, 'connect', 'socket.connect()', INTO_A_STEP, isConsole)
  for (const key of ['_write', '_writev']) noteCall(net.Socket.prototype, key, 'socket.write()', INTO_A_STEP, isConsole)
}

function refuse(target: object, label: string, names: readonly string[], manner: Manner = 'throws'): void {
  for (const name of names) refuseCall(target, name, `${label}.${name}()`, INTO_A_STEP, manner)
}

/** The functions of a module, without its classes. */
function functionsOf(module: object): readonly string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(module))
    .filter(([name, { value }]) => typeof value === 'function' && /^[a-z]/.test(name) && !HARMLESS.has(name))
    .map(([name]) => name)
}
