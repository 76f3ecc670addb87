// Restate keeps its own log in its own server. Workers serve it over HTTP/2, clients call it over HTTP.
import { createServer, type ServerHttp2Session } from 'node:http2'
import { type Context, createEndpointHandler, RestatePromise, service } from '@restatedev/restate-sdk'
import type { Engine } from '../../src/engines/engine.ts'
import type { Recorder } from '../../src/marks.ts'
import { inHundreds, indices, type Input, type Output, type Program, sum } from './programs.ts'
import { portsOf, startServer, stopServer, until } from './restate-server.ts'
import { ownMatters } from './own-matters.ts'

const SERVICE = 'bench'

export const engine: Engine = {
  name: 'restate',
  configuration:
    '@restatedev/restate-server 1.7.12, one node, all options at their defaults; @restatedev/restate-sdk 1.17.2; its own store, not Postgres; HTTP/2 endpoint in the worker, ' +
    'workers share a port (SO_REUSEPORT in place of a load balancer), HTTP ingress; start() by /send with an idempotency key, without which its result cannot be asked for; ' +
    'forEach as a hundred steps at a time',
  ownStore: true,
  limits: { cannot: { ...ownMatters, W6: 'what its own server spends is not counted' } },
  prepare: startServer,
  dispose: stopServer,
  async work(site, record) {
    const { service: port, admin } = await portsOf(site)
    const sessions = new Set<ServerHttp2Session>()
    const server = createServer(createEndpointHandler({ services: servicesOf(record), logger: () => {} }))
    server.on('session', (session) => {
      sessions.add(session)
      session.once('close', () => sessions.delete(session))
    })
    await new Promise<void>((resolve) => server.listen({ port, host: '127.0.0.1', reusePort: true }, resolve))
    await register(`http://127.0.0.1:${admin}/deployments`, `http://127.0.0.1:${port}`)
    return {
      async stop() {
        for (const session of sessions) session.destroy()
        await new Promise<void>((resolve) => server.close(() => resolve()))
      },
    }
  },
  async connect(site) {
    const { ingress } = await portsOf(site)
    const base = `http://127.0.0.1:${ingress}`
    return {
      async start(program, input) {
        const { invocationId } = await call<{ invocationId: string }>(`${base}/${SERVICE}/${program}/send`, input, { 'idempotency-key': input.tag })
        return { result: () => call<number>(`${base}/restate/invocation/${invocationId}/attach`) }
      },
      execute: (program, input) => call<number>(`${base}/${SERVICE}/${program}`, input),
      close: async () => {},
    }
  },
}

function servicesOf(record: Recorder) {
  const step = (ctx: Context, tag: string, i: number): RestatePromise<Output> =>
    ctx.run('step', () => {
      record(tag, i)
      return { i }
    })
  const all = (ctx: Context, tag: string, some: readonly number[]): Promise<Output[]> => RestatePromise.all(some.map((i) => step(ctx, tag, i)))
  const kid = service({ name: 'kid', handlers: { run: (ctx: Context, { tag, i }: { tag: string; i: number }): Promise<Output> => step(ctx, tag, i) } })
  async function chain(ctx: Context, { tag, steps, ms }: Input): Promise<number> {
    let total = 0
    for (let i = 0; i < steps; i++) {
      if (ms !== undefined && i === steps - 1) await ctx.sleep(ms)
      total += (await step(ctx, tag, i)).i
    }
    return total
  }
  const handlers = {
    chain,
    nap: chain,
    fan: async (ctx: Context, { tag, steps }: Input) => sum(await all(ctx, tag, indices(steps))),
    each: (ctx: Context, { tag, steps }: Input) => inHundreds(steps, (some) => all(ctx, tag, some)),
    kids: async (ctx: Context, { tag, steps }: Input) => sum(await RestatePromise.all(indices(steps).map((i) => ctx.serviceClient(kid).run({ tag, i })))),
  } satisfies Record<Program, (ctx: Context, input: Input) => Promise<number>>
  return [service({ name: SERVICE, handlers }), kid]
}

/** Registers where the workers serve, unless another worker has: a second registration would disturb what is running. */
async function register(deployments: string, uri: string): Promise<void> {
  await until(async () => {
    const { deployments: known } = await call<{ deployments: { uri?: string }[] }>(deployments)
    if (known.some((deployment) => deployment.uri?.startsWith(uri))) return true
    await call(deployments, { uri })
    return true
  })
}

async function call<T>(url: string, body?: object, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(url, body ? { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) } : {})
  if (!answer.ok) throw new Error(`Restate answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}
