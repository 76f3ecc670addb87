import { exec, execFile, spawnSync } from 'node:child_process'
import dns from 'node:dns'
import fs, { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { get, request } from 'node:http'
import { createRequire } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { NonDeterministic } from '@baton/runtime'
import { BatonError } from '@baton/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installGuard } from '../../../packages/runtime/src/worker/guard/install.ts'
import { FakeScope } from './fake-scope.ts'

let guard: Disposable
beforeAll(() => {
  guard = installGuard()
})
afterAll(() => guard[Symbol.dispose]())

const FILE = import.meta.filename

/** The 1-based line of this file that looks like that. */
function lineOf(look: RegExp): number {
  return fs.readFileSync(FILE, 'utf8').split('\n').findIndex((line) => look.test(line)) + 1
}

const calls: readonly (readonly [string, () => unknown])[] = [
  ['fetch()', () => fetch('http://127.0.0.1:1')],
  ['new WebSocket()', () => new WebSocket('ws://127.0.0.1:1')],
  ['http.get()', () => get('http://127.0.0.1:1')],
  ['http.request()', () => request('http://127.0.0.1:1')],
  ['net.connect()', () => net.connect(1)],
  ['tls.connect()', () => tls.connect(1)],
  ['server.listen()', () => net.createServer().listen(0)],
  ['dns.lookup()', () => dns.lookup('localhost', () => {})],
  ['dns.promises.resolve()', () => dns.promises.resolve('localhost')],
  ['fs.readFileSync()', () => readFileSync(FILE)],
  ['fs.createReadStream()', () => fs.createReadStream(FILE)],
  ['fs.promises.readFile()', () => readFile(FILE)],
  ['child_process.spawnSync()', () => spawnSync('true')],
  ['child_process.exec()', () => exec('true')],
  ['child_process.execFile()', () => promisify(exec)('true')],
  ['child_process.spawn()', () => promisify(execFile)('true')],
  ['new Worker()', () => new Worker('0', { eval: true })],
]

describe('in workflow code', () => {
  test.each(calls)('%s is refused and remembered', async (name, call) => {
    const scope = new FakeScope()
    const error = await scope.run(async () => call()).then(() => undefined, (error: unknown) => error)
    expect(error).toBeInstanceOf(NonDeterministic)
    expect(error).toBeInstanceOf(BatonError)
    expect(error).toMatchObject({ code: 'NonDeterministic', call: name })
    expect(scope.violations).toEqual([error])
  })

  test('the message names the call, the execution, the line and the mend', () => {
    const scope = new FakeScope()
    const line = lineOf(/^ +fs\.readFileSync\(FILE\) \/\/ here$/)
    expect(() => scope.run(() => {
      fs.readFileSync(FILE) // here
    })).toThrow(`fs.readFileSync() was called in run() of execution 'e1', at ${FILE}:${line}:10. What comes of it is not in the log, so that a replay would see something else. Move the call into a step.`)
  })

  test('the line is known after awaits too, and in a helper it is the helper\'s', async () => {
    const line = lineOf(/^ +return await fetch\(url\)$/)
    const load = async (url: string): Promise<unknown> => {
      await Promise.resolve()
      return await fetch(url)
    }
    await expect(new FakeScope().run(() => load('http://127.0.0.1:1'))).rejects.toMatchObject({ position: `${FILE}:${line}:20` })
  })

  test('a socket of others is let through, and remembered', async () => {
    const scope = new FakeScope()
    const server = net.createServer((socket) => socket.pipe(socket)).listen(0)
    const { port } = server.address() as net.AddressInfo
    const socket = new net.Socket()
    scope.run(() => socket.connect(port))
    scope.run(() => socket.write('text'))
    expect(await new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())))).toBe('text')
    expect(scope.violations).toMatchObject([{ call: 'socket.connect()' }, { call: 'socket.write()' }])
    socket.destroy()
    server.close()
  })

  test('logs, modules and stacks are no I/O of the author\'s', () => {
    const scope = new FakeScope()
    scope.run(() => {
      console.log('a line of run()')
      process.stdout.write('')
      fs.writeSync(1, '')
      expect(createRequire(import.meta.url)('./module.cjs')).toEqual({ value: 42 })
      expect(new Error('text').stack).toContain('io.test.ts')
      expect(process.env['PATH']).toBeDefined()
    })
    expect(scope.violations).toEqual([])
  })
})

describe('elsewhere', () => {
  test('I/O is what it was', async () => {
    expect(readFileSync(FILE, 'utf8')).toContain('I/O is what it was')
    await expect(readFile(FILE, 'utf8')).resolves.toContain('I/O is what it was')
    expect(spawnSync('node', ['-p', '1']).stdout.toString()).toBe('1\n')
    expect((await promisify(exec)('echo 1')).stdout).toBe('1\n')
    await expect(fetch('http://127.0.0.1:1')).rejects.toThrow('fetch failed')
    const worker = new Worker('0', { eval: true })
    expect(worker).toBeInstanceOf(Worker)
    await worker.terminate()
    expect([readFileSync.name, fetch.name, Worker.name, fetch.length]).toEqual(['readFileSync', 'fetch', 'Worker', 1])
  })
})
