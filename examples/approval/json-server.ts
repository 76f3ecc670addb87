import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ZodError } from 'zod'

/** What a route answers. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
}

export interface Request {
  /** Of the path, by the names the pattern gives its parts. */
  readonly params: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  /** The JSON that was sent; read once. */
  body(): Promise<unknown>
}

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly pattern: RegExp
  readonly answer: (request: Request) => Promise<Answer>
}

/** A body that is no JSON, or too much of it. */
export class BadBody extends Error {}

const MAX_BYTES = 64 * 1024

export interface Server extends AsyncDisposable {
  readonly url: string
}

/**
 * Serves routes of JSON. `refuse` says what errors mean; what it does not know is a 500, and only then is the error logged. The
 * log has the method, the path and the status of each request: secrets belong into bodies.
 */
export async function serve(
  routes: readonly Route[], refuse: (error: unknown) => Answer | undefined, log: (line: string) => void, port = 0,
): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const match = routes.map((route) => ({ route, found: route.method === request.method ? route.pattern.exec(pathname) : null }))
      .find(({ found }) => found)
    const answered = match?.found
      ? match.route.answer({ params: match.found.groups ?? {}, query: searchParams, body: () => readJson(request) })
      : Promise.resolve({ status: 404, body: { error: 'no such route' } })
    void answered
      .catch((error: unknown) => {
        const refusal = refuseBody(error) ?? refuse(error)
        if (!refusal) log(error instanceof Error ? (error.stack ?? error.message) : String(error))
        return refusal ?? { status: 500, body: { error: 'internal error' } }
      })
      .then((answer) => {
        send(response, answer)
        log(`${request.method ?? ''} ${pathname} ${answer.status}`)
      })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function refuseBody(error: unknown): Answer | undefined {
  if (error instanceof BadBody) return { status: 400, body: { error: error.message } }
  // Where it is wrong, and not what was sent.
  if (error instanceof ZodError) return { status: 400, body: { error: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') } }
  return undefined
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new BadBody(`the body has more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new BadBody('the body is no JSON')
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
