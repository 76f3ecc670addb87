// Between a worker and its server, so that connections can fail the way networks let them: an answer that never arrives, a
// line that is cut on one side only, or one that just falls silent.
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export interface ProxiedConnection {
  /** Its application_name. */
  readonly application: string
  /** Nothing passes any more, in either direction; both ends stay open. */
  silence(): void
}

/** What becomes of something the client sends: it passes, or it passes and its answer is lost with the connection. */
export type Verdict = 'pass' | 'lose answer'

export interface PostgresProxy extends AsyncDisposable {
  readonly url: string
  readonly connections: ReadonlySet<ProxiedConnection>
  /** Ends all connections, and refuses new ones until `mend`. */
  cut(): void
  mend(): void
}

/** Proxies a server; `judge` sees what clients send, as text. */
export async function proxyPostgres(
  url: string,
  judge: (connection: ProxiedConnection, text: string) => Verdict = () => 'pass',
): Promise<PostgresProxy> {
  const target = new URL(url)
  const folder = target.searchParams.get('host')
  const port = Number(target.port || 5432)
  const connections = new Set<ProxiedConnection>()
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((client) => {
    if (isCut) {
      client.destroy()
      return
    }
    const upstream = folder === null ? connect(port, target.hostname) : connect(`${folder}/.s.PGSQL.${port}`)
    let application = ''
    let lost = false
    const connection: ProxiedConnection = {
      get application() {
        return application
      },
      silence() {
        for (const socket of [client, upstream]) {
          socket.removeAllListeners('data')
          socket.pause()
        }
      },
    }
    connections.add(connection)
    client.on('data', (data) => {
      const text = data.toString('latin1')
      application ||= /application_name\0([^\0]+)\0/.exec(text)?.[1] ?? ''
      lost ||= judge(connection, text) === 'lose answer'
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (lost) client.destroy() // the server has answered, so what was sent has taken effect
      else client.write(data)
    })
    for (const [socket, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(socket)
      socket.on('error', () => {}) // 'close' follows
      socket.on('close', () => {
        sockets.delete(socket)
        connections.delete(connection)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxied = new URL(url)
  proxied.searchParams.delete('host')
  proxied.hostname = '127.0.0.1'
  proxied.port = String((server.address() as AddressInfo).port)
  return {
    url: proxied.href,
    connections,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
