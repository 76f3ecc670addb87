// Owns: a client's one LISTEN connection, opened when something is first waited for, and the slow look as the fallback for
// notifications that were missed. Does not own: who waits for what; that is its ears' business.
//
// Invariants
//  H1  Once `listen` has resolved, an ear hears each notification on its channels, or that it may have missed some.
//  H2  When the listener is closed every ear is told by `missed`, and nothing is begun any more.
import type pg from 'pg'
import { answered } from '../log/answered.ts'
import { isConnectionLoss } from '../log/connection-loss.ts'
import { GroupCommit } from '../log/group-commit.ts'
import { withReconnect } from '../log/reconnect.ts'
import { Session } from '../log/session.ts'

/** A part of the client that waits for notifications. */
export interface Ear {
  /** Channels as `Names` has them. */
  readonly channels: readonly string[]
  heard(channel: string, keys: readonly string[]): void
  /** Notifications may have been missed: look yourself. */
  missed(): void
}

const LOOK_MS = 2_000

export class Listener {
  readonly #session: Session
  readonly #ears = new Map<Ear, Promise<void>>()
  readonly #beginning = new GroupCommit<Ear, void>({ max: 100, flush: (ears) => this.#begin(ears) })
  #look: NodeJS.Timeout | undefined
  #closed = false

  constructor(url: string, application: string) {
    this.#session = new Session({
      url,
      name: `${application} listen`,
      onConnect: async (client, again) => {
        if (again) await this.#return(client)
      },
      onNotification: (channel, payload) => this.#notified(channel, payload),
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Resolves when the ear hears what is notified from now on, or the listener is closed. */
  listen(ear: Ear): Promise<void> {
    const known = this.#ears.get(ear)
    if (known) return known
    const listening = withReconnect(() => this.#beginning.submit(ear)).catch((error: unknown) => {
      this.#ears.delete(ear) // the next who waits tries again
      throw error
    })
    this.#ears.set(ear, listening)
    return listening
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#look)
    this.#tellAll()
    await this.#session.close()
  }

  /** A connection that breaks meanwhile listens for all ears when it is back; to listen twice is no harm. */
  async #begin(ears: readonly Ear[]): Promise<readonly void[]> {
    if (this.#closed) return ears.map(() => undefined)
    if (!this.#look) await this.#open()
    try {
      const client = await answered(this.#session.client())
      await answered(client.query(listenTo(ears)))
    } catch (error) {
      if (isConnectionLoss(error)) this.#session.reset() // it may have been silent for long without anybody's notice
      throw error
    }
    return ears.map(() => undefined)
  }

  async #open(): Promise<void> {
    await this.#session.open()
    if (this.#closed) await this.#session.close()
    else this.#look = setInterval(() => this.#tellAll(), LOOK_MS)
  }

  async #return(client: pg.Client): Promise<void> {
    await client.query(listenTo([...this.#ears.keys()]))
    this.#tellAll()
  }

  #notified(channel: string, payload: string): void {
    for (const ear of this.#ears.keys()) {
      if (!ear.channels.includes(channel)) continue
      if (payload === '*') ear.missed()
      else ear.heard(channel, payload.split('\n'))
    }
  }

  #tellAll(): void {
    for (const ear of this.#ears.keys()) ear.missed()
  }
}

function listenTo(ears: readonly Ear[]): string {
  return ears.flatMap(({ channels }) => channels).map((channel) => `listen ${channel}`).join('; ')
}
