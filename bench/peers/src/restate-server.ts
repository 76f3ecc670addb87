// Owns: a Restate server of its own for each site: its folder, its ports and its process. All that a worker or client needs to
// find it stands in a file of the folder, which is named after the site's database.
import { spawn } from 'node:child_process'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pause } from '../../src/clock.ts'
import type { Site } from '../../src/engines/engine.ts'

/** All on 127.0.0.1. */
export interface Ports {
  readonly ingress: number
  readonly admin: number
  readonly node: number
  /** Where the workers serve. */
  readonly service: number
}

const PATIENCE_MS = 60_000

/** The shell outlives this process by no more than a moment: its input ends, and so does the server. */
const GUARDED = '"$0" --no-logo </dev/null & server=$!; read -r _; kill "$server"; wait "$server"'

const stops = new Map<string, () => Promise<void>>()

export async function startServer(site: Site): Promise<void> {
  const folder = folderOf(site)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  const [ingress = 0, admin = 0, node = 0, service = 0] = await freePorts(4)
  const ports: Ports = { ingress, admin, node, service }
  const log = await open(join(folder, 'log'), 'w')
  const shell = spawn('sh', ['-c', GUARDED, binary()], {
    stdio: ['pipe', log.fd, log.fd],
    env: {
      ...process.env,
      RESTATE_BASE_DIR: join(folder, 'data'), RESTATE_DISABLE_TELEMETRY: 'true', RESTATE_LOG_FILTER: 'warn', RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_IP: '127.0.0.1', RESTATE_BIND_PORT: String(node), RESTATE_ADVERTISED_HOST: '127.0.0.1',
      RESTATE_INGRESS__BIND_PORT: String(ingress), RESTATE_ADMIN__BIND_PORT: String(admin),
    },
  })
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()))
  stops.set(folder, async () => {
    shell.stdin?.end()
    await ended
    await log.close()
    await rm(folder, { recursive: true, force: true })
  })
  await until(async () => (await fetch(`http://127.0.0.1:${admin}/health`)).ok)
  await writeFile(join(folder, 'ports.json'), JSON.stringify(ports))
}

export async function stopServer(site: Site): Promise<void> {
  const folder = folderOf(site)
  await stops.get(folder)?.()
  stops.delete(folder)
}

export async function portsOf(site: Site): Promise<Ports> {
  return JSON.parse(await readFile(join(folderOf(site), 'ports.json'), 'utf8'))
}

/** Tries until `act` says yes; what it throws on the way is not yet an answer. */
export async function until(act: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const last = Date.now() > end
    try {
      if (await act()) return
      if (last) throw new Error(`Restate did not answer within ${PATIENCE_MS / 1000} s.`)
    } catch (error) {
      if (last) throw error
    }
    await pause(20)
  }
}

function folderOf({ url }: Site): string {
  return join(tmpdir(), `baton-bench-restate-${new URL(url).pathname.slice(1)}`)
}

function binary(): string {
  const require = createRequire(import.meta.url)
  const server = createRequire(require.resolve('@restatedev/restate-server/package.json'))
  return join(dirname(server.resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/package.json`)), 'bin', 'restate-server')
}

async function freePorts(n: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: n }, async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return server
  }))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  })
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
